import type { Client } from 'pg'
import { isWithin, TYPE_RANGES, type Range } from './integers'
import { feeding, isPast, type Column, type Schema, type Sequence } from './schema'

/** A sequence as it stands on disk. */
export interface State {
  readonly lastValue: bigint
  readonly isCalled: boolean
}

/** Everything that the verdicts follow from. */
export interface Snapshot {
  /** Of all sequences, by name. */
  readonly states: ReadonlyMap<string, State>
  readonly values: ReadonlyMap<Column, readonly bigint[]>
}

/** What verify should say of a column. */
export interface Standing extends State {
  readonly verdict: 'ok' | 'behind'
  readonly nextValue: bigint | null
  readonly columnMax: bigint | null
  readonly gap: bigint | null
}

/** Reads all values of all columns, and all sequences. Nobody else is at work meanwhile, so a plain select is true. */
export async function look(client: Client, schema: Schema): Promise<Snapshot> {
  const states = new Map<string, State>()
  for (const name of [...feeding(schema).map((sequence) => sequence.name), ...schema.idle]) {
    const { rows } = await client.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from ${name}`,
    )
    for (const { last, called } of rows)
      states.set(name, { lastValue: BigInt(last), isCalled: called })
  }
  const values = new Map<Column, bigint[]>()
  for (const column of schema.columns) {
    const { rows } = await client.query<{ value: string }>(
      `select ${column.column}::text as value from ${column.rows} where ${column.column} is not null`,
    )
    values.set(
      column,
      rows.map(({ value }) => BigInt(value)),
    )
  }
  return { states, values }
}

/** The values that both the sequence can give and the column can hold. */
export function reach({ sequence, type }: Column): Range {
  const { min, max } = TYPE_RANGES[type]
  return {
    min: min > sequence.min ? min : sequence.min,
    max: max < sequence.max ? max : sequence.max,
  }
}

/** Returns the last value that the sequence can give to the column. */
export function end(column: Column): bigint {
  const { min, max } = reach(column)
  return column.sequence.increment > 0n ? max : min
}

/** Returns the value that nextval gives, to a session that has cached none; beyond the sequence's end where it will raise 2200H. */
export function upcoming({ states }: Snapshot, sequence: Sequence): bigint {
  const { increment, min, max, cycle } = sequence
  const { lastValue, isCalled } = stateOf(states, sequence.name)
  const next = isCalled ? lastValue + increment : lastValue
  if (isWithin(sequence, next) || !cycle) return next
  return increment > 0n ? min : max
}

/** Returns what verify should say of `column`, which shares its sequence with others of the schema. */
export function judge(column: Column, { columns }: Schema, snapshot: Snapshot): Standing {
  const { sequence } = column
  const state = stateOf(snapshot.states, sequence.name)
  const next = upcoming(snapshot, sequence)
  const columnMax = furthest(sequence, held(column, snapshot))
  if (isPast(sequence, next, end(column))) {
    return { ...state, verdict: 'behind', nextValue: null, columnMax, gap: null }
  }
  const sharing = columns.filter((other) => other.sequence === sequence)
  const gap = missing(
    sequence,
    next,
    sharing.flatMap((other) => held(other, snapshot)),
  )
  return { ...state, verdict: gap === 0n ? 'ok' : 'behind', nextValue: next, columnMax, gap }
}

/** What apply should do. */
export interface Outcome {
  readonly refused: readonly Column[]
  /** With the next value that each is to have; once, however many columns it feeds. */
  readonly repaired: ReadonlyMap<Sequence, bigint>
}

/** Returns what apply should do about `columns` of the schema. */
export function foresee(
  columns: readonly Column[],
  schema: Schema,
  snapshot: Snapshot,
  locked: ReadonlySet<Sequence>,
): Outcome {
  const refused: Column[] = []
  const repaired = new Map<Sequence, bigint>()
  for (const column of columns) {
    const { sequence } = column
    const { verdict, nextValue, gap } = judge(column, schema, snapshot)
    if (verdict === 'ok') continue
    if (
      nextValue === null ||
      gap === null ||
      sequence.cycle ||
      !isRoom(column, schema, snapshot, nextValue, gap) ||
      (locked.has(sequence) && endsInCache(column, nextValue, gap))
    )
      refused.push(column)
    else repaired.set(sequence, nextValue + gap * sequence.increment)
  }
  return { refused, repaired }
}

/** Returns whether drawing would take the last values along: without the lock, a draw takes the whole of a cache. */
function endsInCache(column: Column, nextValue: bigint, gap: bigint): boolean {
  const { increment, cache } = column.sequence
  const lastDraw = nextValue + (gap - 1n) * increment
  return cache > 1n && (end(column) - lastDraw) / increment < cache
}

/**
 * Returns whether a value is left once the gap is closed; after a gap of more than a million, which may come from an outlier, 1 % of all, for this column and for
 * each that draws from the sequence too, unless that is full already.
 */
function isRoom(
  column: Column,
  { columns }: Schema,
  snapshot: Snapshot,
  nextValue: bigint,
  gap: bigint,
): boolean {
  const { sequence } = column
  const { increment } = sequence
  const after = nextValue + gap * increment
  if (isPast(sequence, after, end(column))) return false
  if (gap <= 1_000_000n) return true
  const sharing = columns.filter((other) => other.sequence === sequence)
  const highest = furthest(
    sequence,
    sharing.flatMap((other) => held(other, snapshot)),
  )
  const lastDraw = after - increment
  const { min, max } = reach(column)
  return sharing.every((other) => {
    const last = end(other)
    if (highest === null || !isPast(sequence, last, highest)) return true
    const [left, size] =
      increment > 0n ? [last - lastDraw, last - min] : [lastDraw - last, max - last]
    return left * 100n >= size + 1n
  })
}

/** The column's values but those beyond the end of what the sequence can give it: it will never come to them. */
function held(column: Column, { values }: Snapshot): bigint[] {
  return (values.get(column) ?? []).filter((value) => !isPast(column.sequence, value, end(column)))
}

function furthest(sequence: Sequence, values: readonly bigint[]): bigint | null {
  return values.reduce<bigint | null>(
    (most, value) => (most === null || isPast(sequence, value, most) ? value : most),
    null,
  )
}

/** Returns how many values the sequence must give before the next one is past all `values`. */
function missing(sequence: Sequence, next: bigint, values: readonly bigint[]): bigint {
  const isEnough = (draws: bigint) =>
    values.every((value) => isPast(sequence, next + draws * sequence.increment, value))
  // By trial, not by a division, whose rounding could be wrong here as there; by halves, because it may be millions.
  let tooFew = -1n
  let enough = 1n
  while (!isEnough(enough)) enough *= 2n
  while (enough - tooFew > 1n) {
    const half = (tooFew + enough) / 2n
    if (isEnough(half)) enough = half
    else tooFew = half
  }
  return enough
}

function stateOf(states: ReadonlyMap<string, State>, name: string): State {
  const state = states.get(name)
  if (!state) throw new Error(`Sequence ${name} was not read.`)
  return state
}
