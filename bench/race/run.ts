import { Client } from 'pg'
import { DEFAULT_LOCK_TIMEOUT } from '../../src/tools/db/transaction'
import type { Repair } from './repairs'
import { emptyTally, type Tally } from './tally'
import { sessionTurns } from './turns'
import type { Workload } from './workloads'

/** One cell of the comparison. */
export interface Race {
  readonly url: string
  readonly workload: Workload
  readonly repair: Repair
  readonly seconds: number
  /** Ends it early. */
  readonly signal: AbortSignal
}

/** Runs the repair in a loop beside the writers, on a new table, and returns what was counted. */
export async function runRace({ url, workload, repair, seconds, signal }: Race): Promise<Tally> {
  const tally = emptyTally()
  const sessions = sessionTurns(workload, repair, tally).map((turn) => ({
    turn,
    client: newClient(url),
  }))
  const failed = new AbortController()
  try {
    for (const { client } of sessions) await client.connect()
    await makeTable(url, workload)
    const deadline = performance.now() + seconds * 1000
    const ended = await Promise.allSettled(
      sessions.map(async ({ turn, client }) => {
        try {
          while (performance.now() < deadline && !signal.aborted && !failed.signal.aborted) {
            await turn(client)
          }
        } catch (error) {
          failed.abort()
          throw error
        }
      }),
    )
    for (const end of ended) if (end.status === 'rejected') throw end.reason
    return tally
  } finally {
    await Promise.allSettled(sessions.map(({ client }) => client.end()))
  }
}

function newClient(url: string): Client {
  const client = new Client({
    connectionString: url,
    // Nobody waits without end: what is blocked for longer is an error in the table.
    options: `-c lock_timeout=${DEFAULT_LOCK_TIMEOUT} -c statement_timeout=10s`,
  })
  // A connection that breaks fails its next query, too.
  client.on('error', () => undefined)
  return client
}

async function makeTable(url: string, { cache = 1 }: Workload): Promise<void> {
  const client = newClient(url)
  try {
    await client.connect()
    await client.query(`
      drop table if exists t;
      create table t (id bigserial primary key);
      alter sequence t_id_seq cache ${String(cache)}`)
  } finally {
    await client.end()
  }
}
