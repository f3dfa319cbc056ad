import { ExtractionTelemetryV2 } from '../../src/entities/extraction-telemetry-v2'
import { describe, expect, it } from 'vitest'
import type { Counter } from '../../src/tools/telemetry/measurements'
import { writerSettings } from '../../src/tools/telemetry/writer-options'
import { useDatabase } from '../support/database'
import { useRig } from './support/rig'
import { EVENTS } from './support/test-events'

const database = useDatabase()
const rig = useRig(() => database.url)

describe('an option of a writer that is wrong', () => {
  it.each([
    [{ maxQueueSize: 0 }, 'Cannot use option maxQueueSize 0: expected a whole number, 1 or more.'],
    [
      { maxBatchSize: 1.5 },
      'Cannot use option maxBatchSize 1.5: expected a whole number, 1 or more.',
    ],
    [
      { scheduledDelayMillis: 2 ** 31 },
      'Cannot use option scheduledDelayMillis 2147483648: expected a whole number of milliseconds, 0 to 2147483647.',
    ],
    [{ whenFull: 'drop' }, 'Cannot use option whenFull "drop": expected block or reject.'],
    [{ spool: '' }, 'Cannot use option spool "": expected a folder.'],
    [{ onProblem: 'log' }, 'Cannot use option onProblem "log": expected a function.'],
    [{ entity: 5 }, 'Cannot use option entity 5: expected an entity, or its name.'],
    [
      { maxQueSize: 5 },
      'Cannot use option maxQueSize: there is none. Nearest: maxQueueSize, maxBatchSize.',
    ],
    [
      { statementTimeout: 5 },
      'Cannot use option statementTimeout 5: expected a time such as 500ms, 5s or 1min.',
    ],
  ])('%o', (options, message) => {
    expect(() => writerSettings(options as never)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: `${message} Nothing was changed.` }),
    )
  })

  it('or goes with none that it needs', () => {
    expect(() => writerSettings({ maxSpoolBytes: 5 })).toThrow(
      'Cannot use option maxSpoolBytes without option spool. Nothing was changed. Set spool to a folder.',
    )
    expect(() => writerSettings({ entity: 'Event' })).toThrow(
      'Cannot use one of the options entity and eventId without the other. Nothing was changed. Set both.',
    )
  })

  it('of shutdown()', async () => {
    const { writer } = await rig()
    await expect(writer.shutdown({ timeoutMillis: -1 })).rejects.toThrow(
      'Cannot use option timeoutMillis -1: expected a whole number of milliseconds, 0 to 2147483647. Nothing was changed.',
    )
    await writer.shutdown()
  })
})

describe('what a writer does without options', () => {
  it('is what OpenTelemetry does, but that it waits where that drops', () => {
    const { now, handlers, ...settings } = writerSettings({})
    expect(now()).toBeInstanceOf(Date)
    expect(handlers).toEqual({})
    expect(settings).toEqual({
      entity: ExtractionTelemetryV2,
      eventId: 'eventUid',
      maxQueueSize: 5_000,
      maxBatchSize: 1_000,
      scheduledDelayMillis: 1_000,
      whenFull: 'block',
      spool: null,
      deadLetters: null,
      backoff: { baseMillis: 100, capMillis: 30_000 },
    })
    expect(writerSettings({ spool: '/spool' }).deadLetters).toBe('/spool/dead-letters.jsonl')
  })
})

describe('measurements', () => {
  it('agree with stats(), and end with the writer', async () => {
    await database.query(EVENTS)
    const counts: Partial<Record<Counter, number>> = {}
    const batches: number[] = []
    const sizes: (() => number)[] = []
    const measurements = {
      add: (counter: Counter, count: number) => {
        counts[counter] = (counts[counter] ?? 0) + count
        throw new Error('not heard')
      },
      batch: (seconds: number, events: number) => {
        expect(seconds).toBeGreaterThan(0)
        batches.push(events)
      },
      observeQueueSize: (read: () => number) => {
        sizes.push(read)
        return () => sizes.pop()
      },
    }
    const { writer } = await rig({}, { parts: { measurements } })
    await Promise.all([1, 2, 13, 3].map((n) => writer.record({ n })))
    expect(sizes[0]?.()).toBe(4)
    await expect(writer.record({ n: 5, invalid: true })).rejects.toThrow('invalid')
    await writer.shutdown()
    expect(counts).toEqual({ written: 3, deadLettered: 1, rejected: 1 })
    expect(batches).toEqual([4])
    expect(sizes).toEqual([])
  })
})
