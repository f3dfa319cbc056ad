import { expect, it } from 'vitest'
import { matchSequences } from '../../src/tools/cutover/match'
import { planRaise } from '../../src/tools/cutover/plan-raise'
import { readBoth } from '../../src/tools/cutover/readings'
import { readSide } from '../../src/tools/cutover/side'
import { withLanes } from '../../src/tools/db/lanes'
import { withSession } from '../../src/tools/db/session'
import type { VerifiedColumn } from '../../src/tools/sequences/verify'
import { useDatabase, type TestDatabase } from '../support/database'

const source = useDatabase()
const target = useDatabase()

const NAMES = Array.from({ length: 1_000 }, (_, index) => `c${String(index)}`)

/** A table in the schema, of many columns. */
async function createWide(database: TestDatabase, table: string, type: string): Promise<void> {
  await database.query(`create table ${table} (${NAMES.map((name) => `${name} ${type}`).join()})`)
}

/** Returns what `work` did, and how many seconds of this process it took, whatever else the machine does. */
function timed<T>(work: () => T) {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return { result, seconds: (user + system) / 1e6 }
}

it('plans in less than half a second for 2,000 sequences of the source that one of the target replaces', async () => {
  await source.query('create schema split')
  await target.query('create schema split; create sequence split.one')
  for (const table of ['split.t', 'split.u']) {
    await createWide(source, table, 'bigserial')
    await createWide(target, table, `bigint default nextval('split.one')`)
  }
  const [here, there] = [await target.connect(), await source.connect()]
  const { readings } = await withLanes(here, 1, (lanes) =>
    withSession(there, (from) => readBoth(lanes, here, from, { schemas: ['split'] })),
  )
  const { result, seconds } = timed(() =>
    readings.map((reading) => planRaise(reading, 'postgres', { headroom: 10n })),
  )
  expect(result.filter(({ action }) => action === 'raise')).toHaveLength(2_000)
  // 2 s where the target's columns were looked at for each of them.
  expect(seconds).toBeLessThan(0.5)
}, 120_000)

it('matches 20,000 columns of one sequence in less than a second', async () => {
  await target.query('create schema wide; create sequence wide.one')
  for (let table = 0; table < 20; table += 1) {
    await createWide(target, `wide.t${String(table)}`, `bigint default nextval('wide.one')`)
  }
  const side = await withSession(await target.connect(), (session) =>
    readSide(session, 'target', {}),
  )
  const columns = side.columns.filter(({ schema }) => schema === 'wide')
  const verified = columns.map((column) => ({ ...column, verdict: 'ok' }) as VerifiedColumn)
  const { result, seconds } = timed(() =>
    matchSequences(side, side, { verified, schemas: ['wide'], tablesOnly: true }),
  )
  expect(result.map((match) => match.columns.length)).toEqual([20_000])
  // 6 s where what was found was copied for each of them.
  expect(seconds).toBeLessThan(1)
}, 120_000)
