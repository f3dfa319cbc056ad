import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Repair } from './repairs'
import { countFailure, type Tally } from './tally'
import type { Workload } from './workloads'

export const WRITERS = 8

/** What one session does over and over. */
export type Turn = (client: Client) => Promise<void>

/** Returns a turn for every session of a race: the writers, who watches, who brings ids, who repairs. */
export function sessionTurns(workload: Workload, repair: Repair, tally: Tally): readonly Turn[] {
  const brought = new Set<string>()
  let highest = 0n

  const timed = async (wait: () => Promise<unknown>) => {
    const startedAt = performance.now()
    try {
      await wait()
    } finally {
      tally.longestWaitMillis = Math.max(tally.longestWaitMillis, performance.now() - startedAt)
    }
  }
  const attempt = async (client: Client, work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (error) {
      countFailure(tally, error, brought)
      await client.query('rollback')
    }
  }

  const write: Turn = (client) =>
    attempt(client, async () => {
      // Not `+= await …`, which adds to the count as it was before the wait.
      const rows = await workload.write(client, timed)
      tally.inserts += rows
    })
  const watch: Turn = async (client) => {
    const value = await lastValue(client)
    if (value < highest) tally.steppedBack += 1
    highest = value
  }
  const turns = [...Array.from({ length: WRITERS }, () => write), watch]

  const { brings, repairers = 1 } = workload
  if (brings !== undefined) {
    turns.push(async (client) => {
      const id = String((await lastValue(client)) + brings.ahead)
      // Brought twice, it would fail here and not at a writer.
      if (!brought.has(id)) {
        brought.add(id)
        await attempt(client, () => client.query('insert into t (id) values ($1)', [id]))
      }
      await sleep(brings.pauseMillis)
    })
  }

  const { run } = repair
  if (run !== undefined) {
    const mend: Turn = (client) =>
      attempt(client, async () => {
        await run(client)
        tally.repairs += 1
      })
    turns.push(...Array.from({ length: repairers }, () => mend))
  }
  return turns
}

async function lastValue(client: Client): Promise<bigint> {
  // Not a plain select of last_value, which nextval shows up to 32 values too high for a moment.
  const { rows } = await client.query<{ value: string | null }>(
    `select pg_catalog.pg_sequence_last_value('t_id_seq') as value`,
  )
  return BigInt(rows[0]?.value ?? 0)
}
