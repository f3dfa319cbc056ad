import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeadLetter } from '../../src/tools/telemetry/dead-letters'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { useRig } from './support/rig'
import { EVENTS, type TestEvent } from './support/test-events'

const database = useDatabase()
const newFolder = useFolders()
const rig = useRig(() => database.url)

beforeAll(() => database.query(EVENTS))
beforeEach(() => database.query('truncate events restart identity'))

async function numbers(): Promise<unknown[]> {
  const rows = await database.query<{ n: number }>('select n from events order by n')
  return rows.map(({ n }) => n)
}

function lettersIn(path: string): DeadLetter[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as DeadLetter)
}

/** What only the database refuses, and why it says. */
const POISON: readonly (readonly [TestEvent, string, string])[] = [
  [{ n: 1_001, label: 'a\0b' }, '22021', 'invalid byte sequence for encoding "UTF8": 0x00'],
  [{ n: '2147483648' }, '22003', 'value "2147483648" is out of range for type integer'],
  [{ n: 'NaN' }, '22P02', 'invalid input syntax for type integer: "NaN"'],
  [
    { n: 1_002, ratio: 'NaN' },
    '23514',
    'new row for relation "events" violates check constraint "events_ratio_check"',
  ],
  [{ n: 1_003, label: 'x'.repeat(21) }, '22001', 'value too long for type character varying(20)'],
  [{ n: 13 }, '23514', 'new row for relation "events" violates check constraint "events_n_check"'],
  [
    { n: 1_004, owner: '2' },
    '23503',
    'insert or update on table "events" violates foreign key constraint "events_owner_fkey"',
  ],
  [{ n: 1 }, '23505', 'duplicate key value violates unique constraint "events_n_key"'],
]

describe('a writer', () => {
  it('writes 20,000 events of 8 producers, each once', async () => {
    const { writer, batches } = await rig({ maxQueueSize: 5_000 })
    const produce = async (producer: number) => {
      const taken: Promise<string>[] = []
      for (let at = 0; at < 2_500; at += 1)
        taken.push(writer.record({ n: 2_500 * producer + at + 100 }))
      return Promise.all(taken)
    }
    const uids = (await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(produce))).flat()
    await writer.flush()
    expect(new Set(uids).size).toBe(20_000)
    const rows = await database.query(
      'select count(*)::int, count(distinct event_uid)::int as uids from events',
    )
    expect(rows).toEqual([{ count: 20_000, uids: 20_000 }])
    expect(writer.stats()).toEqual({
      accepted: 20_000,
      rejected: 0,
      written: 20_000,
      alreadyThere: 0,
      deadLettered: 0,
      queued: 0,
      corrupt: 0,
    })
    expect(Math.max(...batches)).toBeLessThanOrEqual(2_000)
    await writer.shutdown()
  })

  it('writes the neighbours of poison rows, and keeps those in a file that its owner alone reads', async () => {
    const deadLetters = join(newFolder(), 'letters', 'dead.jsonl')
    const { writer, lines } = await rig({ deadLetters })
    const good = Array.from({ length: 500 }, (_, at) => at + 100)
    const before = [1, ...good.slice(0, 250)]
    await Promise.all(before.map((n) => writer.record({ n })))
    const poisoned = POISON.map(([event]) => writer.record(event))
    const after = good.slice(250).map((n) => writer.record({ n }))
    const uids = await Promise.all(poisoned)
    await Promise.all(after)
    await writer.shutdown()

    expect(await numbers()).toEqual([1, ...good])
    const letters = lettersIn(deadLetters)
    expect(letters.map(({ uid }) => uid)).toEqual(uids)
    expect(letters.map(({ sqlstate }) => sqlstate)).toEqual(POISON.map(([, state]) => state))
    for (const [at, [event, , reason]] of POISON.entries()) {
      expect(letters[at]?.reason.startsWith(reason)).toBe(true)
      expect(letters[at]?.event).toMatchObject({ n: String(event.n), label: event.label ?? null })
    }
    expect(statSync(deadLetters).mode & 0o777).toBe(0o600)
    expect(writer.stats()).toMatchObject({
      accepted: 509,
      written: 501,
      deadLettered: 8,
      queued: 0,
    })
    // Values are in the file, never in the log.
    expect(lines.join('\n')).not.toMatch(/2147483648|NaN|xxx|a\0b/)
    expect(lines.join('\n')).toContain('SQLSTATE 23514 of constraint "events_n_check"')
  })
})
