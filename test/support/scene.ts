import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { expect } from 'vitest'
import type { PgClient } from '../../src/tools/db/session'
import { resync, type Ran } from './cli'
import type { OwnServer } from './own-server'

/** A fault strikes at `bookings`. */
const TABLES = ['accounts', 'bookings', 'customers'] as const

/** The name of the command line's sessions; a test gives it to those that it lends to the library. */
export const UNDER_TEST = 'typeorm-resync'

const LEFT = `
  select (select count(*) from pg_stat_activity where application_name = '${UNDER_TEST}')::int as sessions,
         (select count(*) from pg_locks l join pg_class c on c.oid = l.relation and c.relnamespace = 'shop'::regnamespace)::int as locks`

/** What a fault must not harm. */
export interface State {
  /** The last value that each sequence gave; 0 where it gave none. */
  readonly positions: Readonly<Record<string, bigint>>
  readonly rows: readonly unknown[]
}

/** Schema `shop`: three tables whose sequences are behind, on a server that faults may strike. */
export interface Scene {
  /** Makes the tables anew, `bookings` with a row this many values ahead, and returns their state. */
  set(gap: number): Promise<State>
  /** Asks in a session of its own, so that the answer outlives a crash. */
  query<Row>(sql: string): Promise<Row[]>
  /** Waits until the condition, an SQL expression, is true. */
  until(condition: string): Promise<void>
  /** Opens a session for the code under test. */
  lend(): Promise<Client>
  /** The URL for a role that may draw from the sequences and does not own them: the repair asks for no lock. */
  roleUrl(): string
  /** Expects no lock on the tables and no session under test. */
  expectNothingLeft(): Promise<void>
  /** Expects nothing left, no row changed, and no sequence lower than before. */
  expectUnharmed(before: State): Promise<void>
  /** Expects another run to do the rest, verify to find all well, and inserts to succeed. */
  expectFinished(): Promise<void>
}

/** What apply prints where a fault struck at `bookings` alone. */
export const TWO_REPAIRED = `COLUMN             NEXT BEFORE  NEXT AFTER  METHOD
shop.accounts.id             1           4  burn
shop.customers.id            1           5  burn
2 repaired, 0 unchanged, 1 refused.`

/** The condition that the repair draws from the sequence of `bookings`. */
export const DRAWING = `pg_sequence_last_value('shop.bookings_id_seq') > 1000`

/** The condition that a session under test waits for a lock. */
export const WAITING = `exists (select from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.application_name = '${UNDER_TEST}')`

export function sceneOn(server: OwnServer): Scene {
  const query = async <Row>(sql: string) => {
    const client = new Client({ connectionString: server.current().url })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query(sql)).rows as Row[]
    } finally {
      await client.end()
    }
  }

  const until = async (condition: string) => {
    let cause: unknown
    for (let tries = 0; tries < 1_000; tries += 1) {
      try {
        const [answer] = await query<{ met: boolean }>(`select ${condition} as met`)
        if (answer?.met) return
      } catch (error) {
        // A server that recovers lets nobody in.
        cause = error
      }
      await sleep(10)
    }
    throw new Error(`It never came to this: ${condition}`, { cause })
  }

  const state = async (): Promise<State> => {
    const positions: Record<string, bigint> = {}
    const rows: unknown[] = []
    for (const table of TABLES) {
      const [sequence] = await query<{ last: string | null }>(
        `select pg_sequence_last_value('shop.${table}_id_seq') as last`,
      )
      positions[table] = BigInt(sequence?.last ?? 0)
      rows.push(...(await query(`select '${table}' as table, * from shop.${table} order by id`)))
    }
    return { positions, rows }
  }

  const expectNothingLeft = async () => {
    for (let tries = 0; tries < 1_000; tries += 1) {
      const [left] = await query<{ sessions: number; locks: number }>(LEFT)
      if (left?.sessions === 0 && left.locks === 0) break
      await sleep(10)
    }
    expect(await query(LEFT)).toEqual([{ sessions: 0, locks: 0 }])
  }

  const cli = (...args: string[]): Promise<Ran> =>
    resync([...args, '--url', server.current().url, '--schema', 'shop'])

  return {
    query,
    until,
    async set(gap) {
      // A test that failed may have left a lock.
      await query(
        `select pg_terminate_backend(pid, 10000) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      )
      await query(`
        drop schema if exists shop cascade; create schema shop;
        create table shop.accounts (id serial primary key, note text default 'kept');
        create table shop.bookings (id bigserial primary key, note text default 'kept');
        create table shop.customers (id serial primary key, note text default 'kept');
        insert into shop.accounts values (3);
        insert into shop.bookings values (default), (default), (2 + ${String(gap)});
        insert into shop.customers values (4)`)
      await query(`
        do $$ begin create role app; exception when duplicate_object then null; end $$;
        grant usage on schema shop to app; grant select, usage on all sequences in schema shop to app;
        grant select on all tables in schema shop to app`)
      return state()
    },
    async lend() {
      const client = await server.connect()
      await client.query(`set application_name = '${UNDER_TEST}'`)
      return client
    },
    roleUrl() {
      const url = new URL(server.current().url)
      url.searchParams.set('options', '-c role=app')
      return url.href
    },
    expectNothingLeft,
    async expectUnharmed(before) {
      await expectNothingLeft()
      const after = await state()
      expect(after.rows).toEqual(before.rows)
      const lower = TABLES.filter(
        (table) => (after.positions[table] ?? 0n) < (before.positions[table] ?? 0n),
      )
      expect(lower).toEqual([])
    },
    async expectFinished() {
      expect(await cli('apply')).toMatchObject({ exitCode: 0, err: '' })
      const verified = await cli('verify')
      expect(verified).toMatchObject({ exitCode: 0, err: '' })
      expect(verified.out).toContain('3 columns: 3 ok, 0 behind, 0 unknown.')
      for (const table of TABLES) await query(`insert into shop.${table} default values`)
    },
  }
}

/** How the statement begins that draws for several sequences. */
export const DRAW = 'select missing.draws'

/** How a repair of one column begins. */
export const REPAIR = 'do $resync$'

/**
 * Returns a client whose queries pass until some that begin as `steps` say have come, in their order; before the last of these, once, `fault` strikes.
 */
export function struckAt(
  client: PgClient,
  steps: readonly string[],
  fault: () => Promise<unknown>,
): PgClient {
  let step = 0
  return {
    async query(text, values) {
      if (text.trimStart().startsWith(steps[step] ?? '\0')) {
        step += 1
        if (step === steps.length) await fault()
      }
      return client.query(text, values)
    },
  }
}
