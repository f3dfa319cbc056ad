import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SpoolError } from '../../src/tools/errors'
import type { AcceptedEvent } from '../../src/tools/telemetry/accepted-event'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { ROOT, run, TSX } from '../support/run'
import { ArrayQueue } from './support/array-queue'
import { useRig } from './support/rig'
import { accept, EVENTS } from './support/test-events'
import { until } from './support/until'

const database = useDatabase()
const newFolder = useFolders()
const rig = useRig(() => database.url)

beforeAll(() => database.query(EVENTS))
beforeEach(() => database.query('truncate events restart identity'))

async function count(): Promise<unknown> {
  const [row] = await database.query<{ count: number }>('select count(*)::int from events')
  return row?.count
}

/** Holds the table until the returned function is called. */
async function holdTable(): Promise<() => Promise<unknown>> {
  const other = await database.connect()
  await other.query('begin; lock table events')
  return () => other.query('rollback')
}

const CLOSED =
  'Cannot record an event: the writer was shut down. The event was not accepted. Record it before shutdown(), or make another writer.'

describe('a full queue', () => {
  it('makes record() wait, and loses none', async () => {
    const letGo = await holdTable()
    const { writer } = await rig({ maxQueueSize: 10 })
    const records = Array.from({ length: 25 }, (_, at) => writer.record({ n: at + 100 }))
    await until(() => writer.stats().accepted === 10)
    expect(writer.stats()).toMatchObject({ accepted: 10, queued: 10, written: 0 })
    await letGo()
    await Promise.all(records)
    await writer.shutdown()
    expect(await count()).toBe(25)
  })

  it('refuses, where it is told to, and counts that', async () => {
    const letGo = await holdTable()
    const { writer } = await rig({ maxQueueSize: 10, whenFull: 'reject' })
    const records = await Promise.allSettled(
      Array.from({ length: 25 }, (_, at) => writer.record({ n: at + 100 })),
    )
    const refused = records.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(15)
    expect(refused[0]).toMatchObject({ reason: { code: 'QUEUE_FULL' } })
    expect(writer.stats()).toMatchObject({ accepted: 10, rejected: 15 })
    await letGo()
    await writer.shutdown()
    expect(await count()).toBe(10)
  })
})

describe('flush()', () => {
  it('includes what record() was given before, also what is not accepted yet', async () => {
    const { writer } = await rig({ maxQueueSize: 10, scheduledDelayMillis: 2 ** 31 - 1 })
    const records = Array.from({ length: 25 }, (_, at) => writer.record({ n: at + 100 }))
    await writer.flush()
    expect(await count()).toBe(25)
    await Promise.all(records)
    await writer.shutdown()
  })
})

describe('shutdown()', () => {
  it('writes what waits; then record() refuses, flush() has nothing to do, and another shutdown() does nothing', async () => {
    const { writer } = await rig({ scheduledDelayMillis: 2 ** 31 - 1 })
    await Promise.all([1, 2, 3].map((n) => writer.record({ n })))
    await Promise.all([writer.shutdown(), writer.shutdown()])
    expect(await count()).toBe(3)
    await expect(writer.record({ n: 4 })).rejects.toMatchObject({
      code: 'WRITER_CLOSED',
      message: CLOSED,
    })
    await writer.flush()
    await writer[Symbol.asyncDispose]()
    expect(writer.stats()).toMatchObject({ accepted: 3, written: 3, queued: 0 })
  })

  it('of a writer that was never used opens nothing', async () => {
    let opened = 0
    const openQueue = () => {
      opened += 1
      return Promise.resolve(new ArrayQueue([]))
    }
    const { writer } = await rig({}, { parts: { openQueue } })
    await writer.shutdown()
    await writer.flush()
    expect(opened).toBe(0)
  })

  it('does not wait for the next try: that is now', async () => {
    await database.query('alter table events rename to elsewhere')
    const wait = 2 ** 31 - 1
    const { writer, batches } = await rig({ initialBackoffMillis: wait, maxBackoffMillis: wait })
    await writer.record({ n: 1 })
    await until(() => batches.length === 1)
    await database.query('alter table elsewhere rename to events')
    await writer.shutdown()
    expect(await count()).toBe(1)
  })

  it('in time, with events left in memory, is an error that says how many, each time', async () => {
    const letGo = await holdTable()
    const { writer, lines } = await rig({ maxQueueSize: 3 })
    const records = [1, 2, 3, 4].map((n) => writer.record({ n }))
    const fourth = expect(records[3]).rejects.toMatchObject({ code: 'WRITER_CLOSED' })
    await Promise.all(records.slice(0, 3))
    const flush = expect(writer.flush()).rejects.toMatchObject({ code: 'WRITER_CLOSED' })
    const message =
      'Cannot write 3 telemetry events before the end: the database did not take them in time. They were in memory alone and are lost. Set the option spool to keep such events on disk.'
    const lost = { code: 'UNWRITTEN_EVENTS', unwritten: 3, message }
    // The write under way hangs: it is not waited for.
    await expect(writer.shutdown({ timeoutMillis: 30 })).rejects.toMatchObject(lost)
    await expect(writer.shutdown()).rejects.toMatchObject(lost)
    expect(lines).toEqual([message])
    await fourth
    await flush
    expect(writer.stats()).toMatchObject({ accepted: 3, written: 0, queued: 3 })
    await letGo()
  })

  it('in time, with events left on disk, leaves them to the next writer, each written once', async () => {
    const spooled: AcceptedEvent[] = []
    const folder = newFolder()
    const letGo = await holdTable()
    const first = await rig({ spool: folder }, { events: spooled })
    await Promise.all([1, 2, 3].map((n) => first.writer.record({ n })))
    await first.writer.shutdown({ timeoutMillis: 30 })
    expect(first.writer.stats()).toMatchObject({ accepted: 3, written: 0, queued: 3 })
    await letGo()
    const second = await rig({ spool: folder }, { events: spooled })
    await second.writer.record({ n: 4 })
    await second.writer.shutdown()
    expect(await count()).toBe(4)
    // What hung may have been written after all.
    const { accepted, written, alreadyThere } = second.writer.stats()
    expect([accepted, written + alreadyThere]).toEqual([4, 4])
  })
})

describe('what an earlier run left', () => {
  it('is written by flush() alone, once, with its poison in the file once', async () => {
    const folder = newFolder()
    const left = [{ n: 1 }, { n: 13 }, { n: 2 }].map(accept)
    const first = await rig({ spool: folder }, { events: [...left] })
    await first.writer.flush()
    expect(first.writer.stats()).toMatchObject({ accepted: 3, written: 2, deadLettered: 1 })
    await first.writer.shutdown()
    // As after a kill -9 before any of it was settled.
    const second = await rig({ spool: folder }, { events: [...left] })
    await second.writer.flush()
    expect(second.writer.stats()).toMatchObject({
      accepted: 3,
      written: 0,
      alreadyThere: 2,
      deadLettered: 1,
    })
    await second.writer.shutdown()
    expect(readFileSync(join(folder, 'dead-letters.jsonl'), 'utf8').split('\n')).toHaveLength(2)
    expect(await count()).toBe(2)
  })
})

describe('record()', () => {
  it('refuses an event that is not valid, and goes on', async () => {
    const { writer } = await rig()
    await expect(writer.record({ n: 1, invalid: true })).rejects.toMatchObject({
      code: 'INVALID_EVENT',
    })
    await writer.record({ n: 2 })
    await writer.shutdown()
    expect(writer.stats()).toMatchObject({ accepted: 1, rejected: 1, written: 1 })
  })

  it('refuses while the queue cannot be opened, and opens it at the next event', async () => {
    let tries = 0
    const openQueue = () => {
      tries += 1
      if (tries === 1) return Promise.reject(new SpoolError('no'))
      return Promise.resolve(new ArrayQueue([]))
    }
    const { writer } = await rig({}, { parts: { openQueue } })
    await expect(writer.record({ n: 1 })).rejects.toMatchObject({ code: 'SPOOL' })
    await writer.record({ n: 2 })
    await writer.shutdown()
    expect(await count()).toBe(1)
  })

  it('is not disturbed by handlers that throw', async () => {
    let throws = 0
    const thrown = () => {
      throws += 1
      throw new Error('not mine')
    }
    const letters: string[] = []
    const { writer, lines } = await rig({
      onProblem: thrown,
      onRecovered: () => Promise.reject(new Error('nor mine')),
      onDeadLetter: ({ uid }) => {
        letters.push(uid)
        thrown()
      },
    })
    await database.query('alter table events rename to elsewhere')
    const uid = await writer.record({ n: 13 })
    await writer.record({ n: 1 })
    await until(() => throws > 0)
    await database.query('alter table elsewhere rename to events')
    await writer.shutdown()
    expect(letters).toEqual([uid])
    expect([await count(), lines]).toEqual([1, []])
  })

  it('says in the log what no file keeps and no handler is told', async () => {
    const { writer, lines } = await rig()
    await Promise.all([13, 1].map((n) => writer.record({ n })))
    await writer.shutdown()
    expect(lines).toEqual([
      'The database refuses 1 telemetry event: SQLSTATE 23514 of constraint "events_n_check" (1). They are dropped, as no file keeps them. Set the option deadLetters.',
    ])
  })
})

describe('a process that ends by itself', () => {
  it('first writes the events that were accepted; an idle writer does not hold it', async () => {
    const script = join(ROOT, 'test/telemetry/support/end-by-itself.ts')
    const ran = await run(process.execPath, ['--import', TSX, script, database.url])
    expect(ran).toEqual({ exitCode: 0, out: 'accepted 3\n', err: '' })
    expect(await count()).toBe(3)
  })
})
