import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseError } from 'pg'
import { withBenchServer } from '../bench-server'
import type { Table } from '../figures'
import { timed } from '../process'
import type { Section } from '../section'
import { percentile, ratios, spread } from '../spread'
import { connected, fallBehind, makeTables, tableName } from './tables'
import { script, WAYS, type Way } from './ways'

const TABLES = 1_000
const WRITERS = 8
/** How often each writer inserts a row, in milliseconds. */
const EVERY = 10
/** How long the writers write with nothing beside them, in milliseconds. */
const ALONE = 2_000

const NOTHING: Way = {
  name: 'nothing',
  args: () => ['-e', `setTimeout(() => {}, ${String(ALONE)})`],
}

const ONE_SESSION: Way = {
  name: '`typeorm-resync apply --jobs 1`',
  args: (url, bin) => [...WAYS.apply[0].args(url, bin), '--jobs', '1'],
}

/** The floor is not among them: beside writers it gives values out twice. */
const BESIDE: readonly Way[] = [
  NOTHING,
  { name: 'two threads that compute', args: script('compute') },
  WAYS.verify[0],
  WAYS.apply[0],
  ONE_SESSION,
  { name: 'table locks, a transaction a table', args: script('apply-table-locks', 'each') },
  { name: 'table locks, one transaction', args: script('apply-table-locks', 'all') },
]

/** What the writers saw beside one way. */
interface Seen {
  readonly name: string
  inserts: number
  /** How many inserts failed, by SQLSTATE. */
  readonly errors: Map<string, number>
  /** Of each round, in milliseconds. */
  readonly p50: number[]
  readonly p99: number[]
  longest: number
}

/** 8 writers that insert into 1,000 tables that are behind, while each way runs once. */
export const besideWriters: Section = {
  name: 'fleet-writers',
  measure: ({ bin, quick, signal }) =>
    withBenchServer(async (server) => {
      const url = await server.newDatabase()
      const tables = quick ? 50 : TABLES
      const rounds = quick ? 1 : 9
      await makeTables(url, tables)
      const seen = BESIDE.map((way): Seen & { way: Way } => ({
        way,
        name: way.name,
        inserts: 0,
        errors: new Map(),
        p50: [],
        p99: [],
        longest: 0,
      }))
      // The first round is to warm up.
      for (let round = quick ? 1 : 0; round <= rounds; round += 1) {
        const turn = round % seen.length
        for (const tally of [...seen.slice(turn), ...seen.slice(0, turn)]) {
          console.error(`round ${String(round)}, ${tally.name}`)
          await fallBehind(url, tables)
          const latencies = await writeBeside(url, tables, tally.errors, async () => {
            const { exitCode, err } = await timed(
              process.execPath,
              tally.way.args(url, bin),
              signal,
            )
            // verify finds the drift, and says so.
            if (exitCode !== 0 && tally.way !== WAYS.verify[0])
              throw new Error(`${tally.name} failed:\n${err}`)
          })
          if (round === 0) continue
          tally.inserts += latencies.length
          tally.p50.push(percentile(latencies, 0.5))
          tally.p99.push(percentile(latencies, 0.99))
          tally.longest = Math.max(tally.longest, ...latencies)
        }
      }
      return { figures: [writersTable(seen)] }
    }),
}

function writersTable(seen: readonly Seen[]): Table {
  return {
    columns: [
      ['beside 8 writers', 'left'],
      ['inserts meanwhile', 'right'],
      ['errors', 'right'],
      ['p50, ms', 'right'],
      ['p99, ms', 'right'],
      ['p99, times that of nothing', 'right'],
      ['longest, ms', 'right'],
    ],
    rows: seen.map(({ name, inserts, errors, p50, p99, longest }) => [
      name,
      inserts.toLocaleString('en-US'),
      [...errors].map(([state, count]) => `${String(count)} × ${state}`).join(', ') || '0',
      spread(p50, 1),
      spread(p99, 1),
      spread(ratios(p99, seen[0]?.p99 ?? []), 2),
      longest.toFixed(0),
    ]),
  }
}

/**
 * Returns how long each insert took that was due while `repair` ran, in milliseconds. Each writer has its times, and who was kept waiting is late for the
 * next, too: else the longest waits would count as few.
 */
async function writeBeside(
  url: string,
  tables: number,
  errors: Map<string, number>,
  repair: () => Promise<void>,
): Promise<number[]> {
  const latencies: number[] = []
  let isRepairing = false
  let isOver = false
  const write = (which: number) =>
    connected(url, async (client) => {
      await sleep((which * EVERY) / WRITERS)
      let due = performance.now()
      for (let n = which; !isOver; n += WRITERS) {
        const early = due - performance.now()
        if (early > 0) await sleep(early)
        const counts = isRepairing
        // A timer that rings late is not the server's doing.
        const start = early > 0 ? performance.now() : due
        try {
          await client.query(
            `insert into ${tableName((n * 37) % tables)} (note) values ('written')`,
          )
        } catch (error) {
          const state = error instanceof DatabaseError ? (error.code ?? '') : 'connection'
          errors.set(state, (errors.get(state) ?? 0) + 1)
        }
        if (counts) latencies.push(performance.now() - start)
        due += EVERY
      }
    })
  const work = async () => {
    try {
      await sleep(300)
      isRepairing = true
      await repair()
    } finally {
      isRepairing = false
      isOver = true
    }
  }
  await Promise.all([work(), ...Array.from({ length: WRITERS }, (_, which) => write(which))])
  return latencies
}
