import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import type { TestDatabase } from './database'

/** A repair in a loop, beside writers. */
export interface Race {
  readonly table: string
  /** Runs the repair once. */
  readonly repair: (client: Client) => Promise<unknown>
  readonly seconds: number
  /** Ends early at the first harm: for a repair that is known to do it. */
  readonly untilHarm?: boolean
  /** Rows that arrive with an id this far ahead, one after another, so that there is something to repair. */
  readonly jumps?: readonly number[]
}

export interface RaceResult {
  readonly inserts: number
  readonly repairs: number
  /** Inserts that failed on an id which the sequence itself had given out before: only a sequence that went back does that. */
  readonly duplicates: number
  /** Inserts that failed on a row that had brought its id: the drift that is there to be repaired. */
  readonly drifted: number
  /** How often the sequence was seen lower than before. */
  readonly steppedBack: number
}

const WRITERS = 8

/** Runs `race` on a table with a bigserial `id` and nothing else that is required. */
export async function runRace(database: TestDatabase, race: Race): Promise<RaceResult> {
  const { table, seconds, untilHarm = false, jumps = [] } = race
  const deadline = performance.now() + seconds * 1000
  let inserts = 0
  let repairs = 0
  let duplicates = 0
  let drifted = 0
  const brought = new Set<string>()
  let steppedBack = 0
  const running = () => performance.now() < deadline && !(untilHarm && duplicates + steppedBack > 0)

  const lastValue = async (client: Client) => {
    // Not a plain select of last_value, which nextval shows up to 32 values too high for a moment.
    const { rows } = await client.query<{ value: string | null }>(
      `select pg_sequence_last_value('${table}_id_seq') as value`,
    )
    return BigInt(rows[0]?.value ?? 0)
  }
  const write = async (client: Client) => {
    while (running()) {
      try {
        await client.query(`insert into ${table} default values`)
        inserts += 1
      } catch (error) {
        const { code, detail } = error as { code?: string; detail?: string }
        if (code !== '23505') throw error
        if (brought.has(/\(id\)=\((\d+)\)/.exec(detail ?? '')?.[1] ?? '')) drifted += 1
        else duplicates += 1
      }
    }
  }
  const repair = async (client: Client) => {
    for (; running(); repairs += 1) await race.repair(client)
  }
  const watch = async (client: Client) => {
    for (let before = 0n; running();) {
      const now = await lastValue(client)
      if (now < before) steppedBack += 1
      before = now
    }
  }
  const jump = async (client: Client) => {
    for (let turn = 0; running() && jumps.length > 0; turn += 1) {
      const distance = BigInt(jumps[turn % jumps.length] ?? 0)
      const id = String((await lastValue(client)) + distance)
      brought.add(id)
      await client.query(`insert into ${table} (id) values ($1)`, [id])
      await sleep(50)
    }
  }

  const roles = [repair, watch, jump, ...Array.from({ length: WRITERS }, () => write)]
  await Promise.all(
    roles.map(async (role) => {
      const client = await database.connect()
      await role(client)
      await client.end()
    }),
  )
  return { inserts, repairs, duplicates, drifted, steppedBack }
}
