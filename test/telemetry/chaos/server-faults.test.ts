import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { DataSource } from 'typeorm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TelemetryWriter } from 'typeorm-resync'
import { ENTITIES } from '../../../bench/drift/contenders'
import { makeTables } from '../../../bench/drift/run'
import { startCuttingProxy, type Cut, type CuttingProxy } from '../../support/cutting-proxy'
import { useFolders } from '../../support/folders'
import { useOwnServer } from '../../support/own-server'
import { query } from '../../support/query'
import { warningsOnly } from '../../support/warnings-only'
import { chaosEvent, readWritten } from './story'

const EVENTS = 4_000
const PRODUCERS = 8
/** Not without end: where it takes longer to connect than to the next fault, nothing would ever be written. */
const MOST_FAULTS = 50

const server = useOwnServer()
const newFolder = useFolders()
const opened: (DataSource | CuttingProxy)[] = []
let databases = 0
let name = ''

const databaseUrl = () => server.current().url.replace(/postgres$/, name)

beforeEach(async () => {
  databases += 1
  name = `chaos_${String(databases)}`
  await query(server.current().url, `create database ${name}`)
  await makeTables(databaseUrl())
})

afterEach(async () => {
  for (const one of opened.splice(0))
    await (one instanceof DataSource ? one.destroy() : one.close())
})

async function openWriter(cut: Cut, spool?: string): Promise<TelemetryWriter> {
  let isOpen = false
  const proxy = await startCuttingProxy(databaseUrl, (chunk) => (isOpen ? cut(chunk) : 'no'))
  const dataSource = new DataSource({
    type: 'postgres',
    url: proxy.url,
    entities: ENTITIES,
    poolSize: 4,
    applicationName: 'chaos',
    logger: warningsOnly([]),
  })
  await dataSource.initialize()
  isOpen = true
  opened.push(proxy, dataSource)
  return new TelemetryWriter(dataSource, {
    spool,
    maxBatchSize: 100,
    scheduledDelayMillis: 5,
    initialBackoffMillis: 10,
    maxBackoffMillis: 100,
    onProblem: () => undefined,
    onRecovered: () => undefined,
  })
}

/** Records the events from several producers while `fault` goes on, and counts. */
async function recordBeside(
  writer: TelemetryWriter,
  fault: (isOver: () => boolean) => Promise<void>,
) {
  let recorded = 0
  let over = false
  const uids = new Set<string>()
  const produce = async () => {
    while (recorded < EVENTS) {
      const n = recorded
      recorded += 1
      uids.add(await writer.record(chaosEvent('run-1', n)))
      // The faults are to strike in the middle, not after.
      if (n % 20 === 0) await sleep(5)
    }
  }
  const record = async () => {
    await Promise.all(Array.from({ length: PRODUCERS }, produce))
    await writer.flush()
    over = true
  }
  await Promise.all([record(), fault(() => over)])
  return uids
}

async function expectEachOnce(writer: TelemetryWriter, uids: ReadonlySet<string>): Promise<void> {
  const written = await readWritten((sql) => query(databaseUrl(), sql))
  expect(uids.size).toBe(EVENTS)
  expect(written.uids).toEqual(uids)
  expect(written.rows).toBe(EVENTS)
  expect(written.summed).toBe(written.failures)
  expect(written.detections).toBe(written.detectable)
  const { accepted, written: inserted, alreadyThere, deadLettered, queued } = writer.stats()
  expect({ accepted, deadLettered, queued }).toEqual({
    accepted: EVENTS,
    deadLettered: 0,
    queued: 0,
  })
  expect(inserted + alreadyThere).toBe(EVENTS)
  await writer.shutdown()
}

const KINDS = [
  ['in memory', () => undefined],
  ['with a spool', () => newFolder()],
] as const

describe.each(KINDS)('a writer %s writes each event once', (_, spool) => {
  it('although the server is killed with -9 and started again, three times', async () => {
    const writer = await openWriter(() => 'no', spool())
    const uids = await recordBeside(writer, async () => {
      for (let times = 0; times < 3; times += 1) {
        await sleep(randomInt(100, 400))
        await server.crash()
      }
    })
    await expectEachOnce(writer, uids)
  })

  it('although its backends are terminated at random', async () => {
    const writer = await openWriter(() => 'no', spool())
    const uids = await recordBeside(writer, async (isOver) => {
      for (let times = 0; times < MOST_FAULTS && !isOver(); times += 1) {
        await sleep(randomInt(5, 60))
        await query(
          server.current().url,
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'chaos'`,
        )
      }
    })
    await expectEachOnce(writer, uids)
  })

  it.each(['before', 'after'] as const)(
    'although the connection is cut at COMMIT, %s the server gets it',
    async (when) => {
      let commits = 0
      const writer = await openWriter((chunk) => {
        if (!/\bcommit\b/i.test(chunk.toString('latin1'))) return 'no'
        commits += 1
        return commits % 3 === 0 ? when : 'no'
      }, spool())
      const uids = await recordBeside(writer, () => Promise.resolve())
      expect(commits).toBeGreaterThan(10)
      await expectEachOnce(writer, uids)
    },
  )

  it('although the connection is cut anywhere', async () => {
    let cuts = 0
    const writer = await openWriter(() => {
      if (cuts === MOST_FAULTS || randomInt(12) > 0) return 'no'
      cuts += 1
      return randomInt(2) === 0 ? 'before' : 'after'
    }, spool())
    const uids = await recordBeside(writer, () => Promise.resolve())
    await expectEachOnce(writer, uids)
  })
})
