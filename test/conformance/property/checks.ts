import { expect } from 'vitest'
import { resyncSequences, type Resync } from '../../../src/tools/sequences/resync'
import { verifySequences } from '../../../src/tools/sequences/verify'
import { isWithin, TYPE_RANGES } from './integers'
import { foresee, judge, look, upcoming, type Snapshot } from './oracle'
import { drawingInsert, refusedWith, type Run } from './run'
import { isPast, SCHEMA, type Column, type Sequence } from './schema'

/** Inserts in a row, for each column. */
const INSERTS = 3

/** One table, or null for all. */
export type Scope = string | null

/** Verifies, and checks that this agrees with the oracle and consumes nothing. */
export async function checkVerify({ schema, tool }: Run, scope: Scope): Promise<void> {
  tool.note(`verify ${scope ?? 'all'}`)
  const before = await look(tool.client, schema)
  const { columns } = await verifySequences(tool.client, selection(scope))
  const after = await look(tool.client, schema)

  expect(after.states, 'verify moved a sequence').toEqual(before.states)
  const said = columns.map(
    ({ table, column, sequence, verdict, lastValue, isCalled, nextValue, columnMax, gap }) => ({
      ...{ table, column, sequence: sequence?.name },
      ...{ verdict, lastValue, isCalled, nextValue, columnMax, gap },
    }),
  )
  const truth = inScope(schema.columns, scope).map((one) => ({
    ...{ table: one.table, column: one.column, sequence: one.sequence.name },
    ...judge(one, schema, before),
  }))
  expect(said, 'verify disagrees with the oracle').toEqual(truth)
}

/**
 * Repairs, and checks what became of each sequence, that verify says so too, and that a second repair finds nothing to do.
 *
 * @param locked - the sequences that another's open transaction has drawn from
 */
export async function checkApply(
  run: Run,
  scope: Scope,
  locked: ReadonlySet<Sequence> = new Set(),
): Promise<Resync['repaired']> {
  const { schema, tool } = run
  tool.note(`apply ${scope ?? 'all'}`)
  const before = await look(tool.client, schema)
  const resync = await resyncSequences(tool.client, selection(scope))
  const after = await look(tool.client, schema)

  const { refused, repaired } = foresee(inScope(schema.columns, scope), schema, before, locked)
  const reasons = resync.refused.map(({ reason }) => reason)
  expect(resync.refused.map(nameOf), ['refused', ...reasons].join('\n')).toEqual(
    refused.map(nameOf),
  )
  expect(
    resync.repaired.map((one) => ({ name: one.sequence?.name, before: one.before })),
    'repaired',
  ).toEqual([...repaired.keys()].map((one) => ({ name: one.name, before: upcoming(before, one) })))

  const methods = new Map(resync.repaired.map(({ sequence, method }) => [sequence?.name, method]))
  const unmoved = new Map(before.states)
  for (const [sequence, next] of repaired) {
    const { name, increment, cache } = sequence
    const now = upcoming(after, sequence)
    expect(isPast(sequence, upcoming(before, sequence), now), `${name} went back`).toBe(false)
    // nextval takes as many values from the sequence as it caches, be they needed or not.
    const most = methods.get(name) === 'burn' ? cache - 1n : 0n
    const excess = (now - next) / increment
    const isExact = now === next + excess * increment && excess >= 0n && excess <= most
    expect(isExact, `${name} is at ${String(now)}, not at ${String(next)}`).toBe(true)
    unmoved.delete(name)
  }
  for (const [name, state] of unmoved)
    expect(after.states.get(name), `apply moved ${name}`).toEqual(state)
  await checkVerify(run, scope)

  const again = await resyncSequences(tool.client, selection(scope))
  expect(again.repaired, 'repaired by the second apply').toEqual([])
  const { states } = await look(tool.client, schema)
  expect(states, 'the second apply moved a sequence').toEqual(after.states)
  return resync.repaired
}

/** Inserts into every column whose sequence is well, and checks that each insert gets the next value. */
export async function checkInserts(run: Run, repaired: Resync['repaired']): Promise<void> {
  const { schema, tool, writers } = run
  const snapshot = await look(tool.client, schema)
  const well = schema.columns.filter((one) => judge(one, schema, snapshot).verdict === 'ok')
  // A repair that leaves no note has emptied all caches. Elsewhere a session goes on with the values that it has cached, until it reconnects.
  const empty = new Set(repaired.flatMap(({ sequence, note }) => (note ? [] : [sequence?.name])))
  await insertEach(
    run,
    well.filter(({ sequence }) => empty.has(sequence.name)),
    snapshot,
  )
  for (const writer of writers) await writer.query('discard sequences')
  await insertEach(
    run,
    well.filter(({ sequence }) => !empty.has(sequence.name)),
    snapshot,
  )
}

async function insertEach(
  { schema, writers: [writer] }: Run,
  columns: readonly Column[],
  snapshot: Snapshot,
): Promise<void> {
  const next = new Map<Sequence, bigint>()
  for (const column of columns) {
    for (let times = 0; times < INSERTS; times += 1) {
      const { sequence } = column
      const value = next.get(sequence) ?? upcoming(snapshot, sequence)
      const isLeft = isWithin(sequence, value)
      // What a sequence gives when it starts again is not promised to be free.
      if (!isLeft && sequence.cycle) break
      const outcome = await writer.attempt(drawingInsert(column, schema))
      expect(outcome, nameOf(column)).toBe(expectedOutcome(column, value))
      if (isLeft) next.set(sequence, value + sequence.increment)
    }
  }
}

function expectedOutcome({ sequence, type }: Column, value: bigint): string {
  if (!isWithin(sequence, value)) return refusedWith('2200H')
  return isWithin(TYPE_RANGES[type], value) ? String(value) : refusedWith('22003')
}

function selection(scope: Scope) {
  return scope === null ? { schemas: [SCHEMA] } : { tables: [`${SCHEMA}.${scope}`] }
}

function inScope(columns: readonly Column[], scope: Scope): readonly Column[] {
  return scope === null ? columns : columns.filter(({ table }) => table === scope)
}

function nameOf({ table, column }: { readonly table: string; readonly column: string }): string {
  return `${table}.${column}`
}
