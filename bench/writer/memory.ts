import 'reflect-metadata'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { DataSource } from 'typeorm'
import { TelemetryWriter } from 'typeorm-resync'
import { textTable } from '../../src/tools/cli/output/table'
import { withBenchServer } from '../bench-server'
import { ENTITIES, newEvent } from '../drift/contenders'
import { makeTables } from '../drift/run'

const EVENTS = 1_000_000
const STEP = 100_000
const PRODUCERS = 1_000

/** A kind of queue, and how long each batch of 2,000 sleeps in the database. */
const MODES = [
  // Nothing is waited for but the disk: the database takes a tenth of what is offered.
  { name: 'with a spool', durable: true, sleepSeconds: 0.5 },
  // record() blocks, so all wait for the database; it has to come to an end in two minutes.
  { name: 'in memory', durable: false, sleepSeconds: 0.15 },
] as const

interface Sample {
  readonly events: number
  readonly seconds: number
  readonly rows: number
  readonly queued: number
  readonly heap: number
  readonly rss: number
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)

/** Makes every batch sleep, by a trigger that fires once for each. */
function slowDown(dataSource: DataSource, seconds: number): Promise<unknown> {
  return dataSource.query(`
    create or replace function be_slow() returns trigger language plpgsql as $$ begin perform pg_sleep(${String(seconds)}); return null; end $$;
    create or replace trigger slow after insert on extraction_telemetry_v2 for each statement execute function be_slow()`)
}

/** Returns how many events a second are offered where nothing holds them up: what the producers and the checks of each event cost. */
async function unhindered(dataSource: DataSource): Promise<number> {
  const writer = new TelemetryWriter(dataSource, { maxQueueSize: STEP })
  await writer.record(newEvent(0))
  const start = performance.now()
  for (let n = 1; n < STEP; n += 1) await writer.record(newEvent(n))
  const rate = (1000 * STEP) / (performance.now() - start)
  await writer.shutdown({ timeoutMillis: 60_000 })
  return rate
}

async function sample(
  writer: TelemetryWriter,
  events: number,
  seconds: number,
  collect: () => void,
): Promise<Sample> {
  // Twice, with a turn between: what the first finds to be finished the second frees.
  collect()
  await turn()
  collect()
  const { heapUsed: heap, rss } = process.memoryUsage()
  const { written: rows, queued } = writer.stats()
  return { events, seconds, rows, queued, heap, rss }
}

async function offer(writer: TelemetryWriter, collect: () => void): Promise<Sample[]> {
  const samples: Sample[] = []
  const start = performance.now()
  let offered = 0
  const produce = async () => {
    while (offered < EVENTS) {
      offered += 1
      const n = offered
      await writer.record(newEvent(n))
      if (n % STEP > 0) continue
      samples.push(await sample(writer, n, (performance.now() - start) / 1000, collect))
    }
  }
  await Promise.all(Array.from({ length: PRODUCERS }, produce))
  return samples
}

function report(name: string, samples: readonly Sample[]): void {
  const headings = [`${name}: offered`, 's', 'rows', 'queued', 'heap MiB', 'RSS MiB']
  const rows = samples.map(({ events, seconds, rows: written, queued, heap, rss }) => [
    ...[events.toLocaleString('en-US'), seconds.toFixed(1)],
    ...[written, queued].map((count) => count.toLocaleString('en-US')),
    ...[heap, rss].map(mebibytes),
  ])
  console.log(textTable(headings, ['right', 'right', 'right', 'right', 'right', 'right'], rows))
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last) return
  console.log(
    `last / first: heap ${(last.heap / first.heap).toFixed(2)}, RSS ${(last.rss / first.rss).toFixed(2)}; ` +
      `${Math.round(last.events / last.seconds).toLocaleString('en-US')} offered and ${Math.round(last.rows / last.seconds).toLocaleString('en-US')} written a second`,
  )
}

async function main(): Promise<void> {
  const { gc } = globalThis
  if (!gc) throw new Error('Run it with: node --expose-gc, as npm run bench:memory does.')
  await withBenchServer(async (server) => {
    for (const { name, durable, sleepSeconds } of MODES) {
      const url = await server.newDatabase()
      await makeTables(url)
      const dataSource = new DataSource({ type: 'postgres', url, entities: ENTITIES })
      await dataSource.initialize()
      console.log(
        `unhindered: ${Math.round(await unhindered(dataSource)).toLocaleString('en-US')} offered a second`,
      )
      await slowDown(dataSource, sleepSeconds)
      const spool = durable ? mkdtempSync(join(tmpdir(), 'spool-')) : undefined
      const writer = new TelemetryWriter(dataSource, { spool })
      report(
        name,
        await offer(writer, () => {
          gc()
        }),
      )
      // What is left stays in the spool, or is lost and said.
      await writer.shutdown({ timeoutMillis: 0 }).catch(() => undefined)
      await dataSource.destroy()
      if (spool !== undefined) rmSync(spool, { recursive: true })
    }
  })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
