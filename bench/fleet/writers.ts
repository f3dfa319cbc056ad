import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { connected, tableName } from './tables'
import { APPLY, type Way } from './ways'
import { join } from 'node:path'

const TABLES = 1_000
const WRITERS = 8
const PAUSE_MS = 4
/** Long enough for any of the repairs. */
const ROUND_MS = 4_000

const TABLE_LOCKS: Way = {
  name: 'table locks, one transaction',
  args: (url) => [join(__dirname, 'ways/apply-table-locks.mjs'), url],
}
const NOTHING: Way = { name: 'nothing', args: () => ['-e', '0'] }

/** What the writers saw beside one way. */
export interface Beside {
  readonly name: string
  readonly inserts: number
  readonly errors: number
  /** Of each round, in milliseconds. */
  readonly p50: readonly number[]
  readonly p99: readonly number[]
  readonly longest: number
}

/** Lets 8 writers insert into 1,000 tables that are behind, and runs each way once beside them in each round. The values drawn are free: an error is the repair's. */
export async function besideWriters(url: string, rounds: number): Promise<Beside[]> {
  const [ours, floor] = APPLY
  const ways = [NOTHING, ours, floor, TABLE_LOCKS].filter((way) => way !== undefined)
  const seen = ways.map(({ name }): Seen => ({
    name,
    inserts: 0,
    errors: 0,
    p50: [],
    p99: [],
    longest: 0,
  }))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [turn] of ways.entries()) {
      const index = (turn + round) % ways.length
      const [way, tally] = [ways[index], seen[index]]
      if (!way || !tally) continue
      await fallBehind(url)
      const { latencies, errors } = await write(url, way)
      if (round === 0) continue
      const sorted = latencies.toSorted((a, b) => a - b)
      const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? NaN
      tally.inserts += sorted.length
      tally.errors += errors
      tally.p50.push(at(0.5))
      tally.p99.push(at(0.99))
      tally.longest = Math.max(tally.longest, sorted.at(-1) ?? NaN)
    }
  }
  return seen
}

interface Seen {
  readonly name: string
  inserts: number
  errors: number
  p50: number[]
  p99: number[]
  longest: number
}

/** Rows up to 100 and one far ahead, so that the next values are free although the sequence is behind. */
function fallBehind(url: string): Promise<void> {
  return connected(url, async (client) => {
    for (let n = 0; n < TABLES; n += 100) {
      const statements = Array.from({ length: 100 }, (_, index) => tableName(n + index)).map(
        (name) =>
          `delete from ${name} where id > 100; insert into ${name} (id) values (5000); select setval('${name}_id_seq', 100)`,
      )
      await client.query(`begin; ${statements.join(';')}; commit`)
    }
    await client.query('checkpoint')
  })
}

async function write(url: string, way: Way): Promise<{ latencies: number[]; errors: number }> {
  const latencies: number[] = []
  let errors = 0
  const end = performance.now() + ROUND_MS
  const writer = async (which: number) => {
    const client = new Client(url)
    await client.connect()
    for (let n = which; performance.now() < end; n += WRITERS) {
      const start = performance.now()
      try {
        await client.query(`insert into ${tableName((n * 37) % TABLES)} (note) values ('written')`)
      } catch {
        errors += 1
      }
      latencies.push(performance.now() - start)
      await sleep(PAUSE_MS)
    }
    await client.end()
  }
  const repair = async () => {
    await sleep(ROUND_MS / 4)
    const child = spawn(process.execPath, way.args(url), { stdio: 'ignore' })
    await once(child, 'close')
  }
  await Promise.all([repair(), ...Array.from({ length: WRITERS }, (_, which) => writer(which))])
  return { latencies, errors }
}
