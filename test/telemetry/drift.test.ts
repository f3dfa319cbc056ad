import 'reflect-metadata'
import { describe, expect, it } from 'vitest'
import { CONTENDERS } from '../../bench/drift/contenders'
import { runDrift, type Outcome } from '../../bench/drift/run'
import { useDatabase } from '../support/database'

/** A database for each run: the runs make the tables themselves. */
const databases = [useDatabase(), useDatabase(), useDatabase(), useDatabase()]

function run(at: number, name: string, events: number): Promise<Outcome> {
  const [database, contender] = [databases[at], CONTENDERS.find((one) => one.name === name)]
  if (!database || !contender) throw new Error(`No contender is called "${name}".`)
  return runDrift(database.url, contender, events)
}

describe('8 writers, with the sequence at 1 from the start, and set back to 1 three times in between,', () => {
  it.each([
    [0, 'TelemetryWriter', 100_000],
    [1, 'guardDataSource + insert()', 8_000],
  ])('[%i] by %s have each of %i events in the table once', async (at, name, events) => {
    const { drifts, ...outcome } = await run(at, name, events)
    expect(outcome).toMatchObject({ rows: events, distinct: events, lost: 0, reported: 0 })
    // Each time the sequence has the more rows before it to run into.
    expect(drifts).toHaveLength(3)
    for (const [index, rows] of drifts.entries()) {
      expect(rows).toBeGreaterThan(drifts[index - 1] ?? 0)
    }
  })

  it.each([
    [2, 'the original as shipped: no resync'],
    [3, 'the original, its flag forced'],
  ])('[%i] by %s lose events', async (at, name) => {
    const { lost, rows, distinct } = await run(at, name, 2_000)
    expect(lost).toBeGreaterThan(0)
    expect(rows).toBe(distinct)
  })
})
