import type { Client } from 'pg'

/** Runs what a writer waits for, and remembers how long that took. */
export type Timed = (wait: () => Promise<unknown>) => Promise<void>

/** What goes on beside the repair, on a table `t` with a bigserial `id` and nothing else. */
export interface Workload {
  readonly name: string
  /** How many values a session takes from the sequence at a time. Default: 1. */
  readonly cache?: number
  /** One session more, which inserts rows that bring an id this far ahead of the sequence. */
  readonly brings?: { readonly ahead: bigint; readonly pauseMillis: number }
  /** How many sessions run the repair. Default: 1. */
  readonly repairers?: number
  /** One turn of a writer. Returns how many rows it committed. */
  readonly write: (client: Client, timed: Timed) => Promise<number>
}

const INSERT = 'insert into t default values'
const ROWS_A_TRANSACTION = 20

const insertDefault: Workload['write'] = async (client, timed) => {
  await timed(() => client.query(INSERT))
  return 1
}

/** As ORMs do that draw ids themselves: a table lock does not stop the first of its two statements. */
const drawThenInsert: Workload['write'] = async (client, timed) => {
  await timed(async () => {
    const { rows } = await client.query<{ id: string }>(`select nextval('t_id_seq') as id`)
    await client.query('insert into t (id) values ($1)', [rows[0]?.id])
  })
  return 1
}

const insertInTransaction: Workload['write'] = async (client, timed) => {
  await client.query('begin')
  for (let row = 0; row < ROWS_A_TRANSACTION; row += 1) await timed(() => client.query(INSERT))
  await client.query('select pg_sleep(0.02)')
  await client.query('commit')
  return ROWS_A_TRANSACTION
}

export const WORKLOADS: readonly Workload[] = [
  { name: 'default', write: insertDefault },
  { name: 'bare nextval', write: drawThenInsert },
  { name: 'long transactions', write: insertInTransaction },
  { name: 'CACHE 10', cache: 10, write: insertDefault },
  { name: 'explicit ids', brings: { ahead: 5n, pauseMillis: 5 }, write: insertDefault },
  {
    name: 'explicit ids, CACHE 10',
    cache: 10,
    brings: { ahead: 50n, pauseMillis: 5 },
    write: insertDefault,
  },
  {
    name: 'explicit ids, far ahead',
    brings: { ahead: 2_000_000n, pauseMillis: 50 },
    write: insertDefault,
  },
  // Repairs that meet: what one has read, another has changed meanwhile. Alone, `conditional` was never seen to do harm.
  {
    name: '4 repairs at once',
    brings: { ahead: 50n, pauseMillis: 5 },
    repairers: 4,
    write: insertDefault,
  },
]
