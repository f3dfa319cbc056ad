import type { ResolvedColumn, Sequence, SequenceColumn } from '../catalog/sequence-column'
import type { SequenceState } from '../catalog/state'
import { groupedBy } from '../grouped-by'
import { incomparable } from './comparable'
import { columnName, sequenceName } from './names'
import { gap, headroom, isPast, nextValue, rangeEnd } from './position'

/** Unknown is not ok: it comes with its reason. */
export type Verdict = 'ok' | 'behind' | 'unknown'

/** Where a sequence stands against its column. Every number is null where it is not known. */
export interface Assessment {
  readonly verdict: Verdict
  /** Why not ok; null for ok. */
  readonly reason: string | null
  readonly lastValue: bigint | null
  readonly isCalled: boolean | null
  /** What nextval would return to a session that has cached no values; null also where no value is left. */
  readonly nextValue: bigint | null
  /** The highest value in the column that the sequence can reach, the lowest for a descending one. */
  readonly columnMax: bigint | null
  /** How many values the sequence must give before it is past everything in the columns it feeds; 0 for ok. */
  readonly gap: bigint | null
  /** The share of the range that is left, in percent: of the sequence's or the column type's, whichever ends first. */
  readonly headroom: number | null
  /** Where the range ends: of all columns that the sequence feeds, the first that can hold more than the highest value. */
  readonly end: bigint | null
}

/** A column that a sequence feeds, and how the two stand. */
export type AssessedColumn = SequenceColumn & Assessment

/** A column and its state, or why that could not be read. */
export type Reading =
  | { readonly column: ResolvedColumn; readonly state: SequenceState }
  | { readonly column: SequenceColumn; readonly failure: string }

/**
 * Judges columns, in their order. A sequence must be past every column it feeds, so all that draw from one are judged by all of its readings: one that is
 * further makes the others behind, one that could not be read makes them unknown. A column that cannot be compared at all says nothing about its sequence.
 */
export function judgeAll(readings: readonly Reading[]): AssessedColumn[] {
  const ofSequence = groupedBy(
    readings.filter(({ column }) => incomparable(column) === null),
    sequenceOid,
  )
  // Once for each sequence: it may feed thousands of columns.
  const looks = new Map([...ofSequence].map(([oid, group]) => [oid, lookAt(group)]))
  return readings.map((reading) => judge(reading, looks.get(sequenceOid(reading)) ?? null))
}

function sequenceOid({ column }: Reading): string {
  return column.sequence?.oid ?? ''
}

type Read = Extract<Reading, { readonly state: SequenceState }>

/** What all readings of one sequence come to. */
interface Look {
  readonly position: Pick<SequenceState, 'lastValue' | 'isCalled'>
  /** The column with the value that the sequence reaches last; null where all are empty. */
  readonly highest: Held | null
  /** Where the range ends; null where every column is full. */
  readonly end: bigint | null
  /** The first that could not be read. */
  readonly unread: Extract<Reading, { readonly failure: string }> | null
}

interface Held {
  readonly column: ResolvedColumn
  readonly value: bigint
}

function lookAt(readings: readonly Reading[]): Look | null {
  const read = readings.filter((reading): reading is Read => 'state' in reading)
  const [first] = read
  if (!first) return null
  const highest = furthestHeld(first.column, read)
  return {
    position: furthest(first.column, first.state, read),
    highest,
    end: nearestEnd(first.column, read, highest?.value ?? null),
    unread: readings.find((reading) => 'failure' in reading) ?? null,
  }
}

function judge(reading: Reading, look: Look | null): AssessedColumn {
  if (!('state' in reading) || !look)
    return unknown(reading.column, 'failure' in reading ? reading.failure : 'It was not read.')
  const { column } = reading
  const { columnMax } = reading.state
  const { highest, unread } = look
  const { lastValue, isCalled } = look.position
  const state = { lastValue, isCalled, columnMax }
  const next = nextValue(column, state)
  if (next === null) {
    return assessed(column, {
      verdict: 'behind',
      reason: 'no value is left',
      lastValue,
      isCalled,
      nextValue: next,
      columnMax,
      gap: null,
      headroom: 0,
      end: rangeEnd(column),
    })
  }
  const missing = highest ? gap(column.sequence, next, highest.value) : 0n
  const judged = (verdict: 'ok' | 'behind', reason: string | null) =>
    assessed(column, {
      verdict,
      reason,
      lastValue,
      isCalled,
      nextValue: next,
      columnMax,
      gap: missing,
      headroom: headroom(column, state),
      end: nearer(column.sequence, look.end, rangeEnd(column)),
    })
  if (highest && missing > 0n) {
    const isOwn = columnMax === highest.value
    return judged(
      'behind',
      comparison(column, next, isOwn ? { column, value: columnMax } : highest),
    )
  }
  if (unread) {
    return unknown(
      column,
      `Sequence ${sequenceName(column.sequence)} also feeds ${columnName(unread.column)}. ${unread.failure}`,
    )
  }
  return judged('ok', null)
}

/**
 * The furthest of several looks at one sequence. Each max() is older than the look in the same statement, so a sequence that is well is past
 * all of them at its furthest; an earlier look may be before a later max().
 */
function furthest(
  { sequence }: ResolvedColumn,
  first: SequenceState,
  readings: readonly Read[],
): SequenceState {
  return readings.reduce((most, { state }) => {
    if (state.lastValue === most.lastValue) return state.isCalled ? state : most
    return isPast(sequence, state.lastValue, most.lastValue) ? state : most
  }, first)
}

function furthestHeld({ sequence }: ResolvedColumn, readings: readonly Read[]): Held | null {
  let most: Held | null = null
  for (const { column, state } of readings) {
    const value = state.columnMax
    if (value === null) continue
    if (most === null || isPast(sequence, value, most.value)) most = { column, value }
  }
  return most
}

/** A column that is full already has nothing to lose. */
function nearestEnd(
  { sequence }: ResolvedColumn,
  readings: readonly Read[],
  highest: bigint | null,
): bigint | null {
  return readings
    .map(({ column }) => rangeEnd(column))
    .filter((end) => highest === null || isPast(sequence, end, highest))
    .reduce<bigint | null>((nearest, end) => nearer(sequence, nearest, end), null)
}

function nearer(sequence: Sequence, one: bigint | null, other: bigint): bigint {
  return one === null || isPast(sequence, one, other) ? other : one
}

function comparison(column: ResolvedColumn, next: bigint, highest: Held): string {
  const extreme = column.sequence.increment > 0n ? 'highest' : 'lowest'
  const elsewhere =
    highest.column === column ? '' : ` in ${columnName(highest.column)}, which draws from it too`
  return `next value ${String(next)}, ${extreme} value ${String(highest.value)}${elsewhere}`
}

/** Judges a column that cannot be compared: unknown is not ok. */
export function unknown(column: SequenceColumn, reason: string): AssessedColumn {
  return assessed(column, {
    verdict: 'unknown',
    reason,
    lastValue: null,
    isCalled: null,
    nextValue: null,
    columnMax: null,
    gap: null,
    headroom: null,
    end: null,
  })
}

/** Field by field: measured on tens of thousands of columns, a spread and names after it take Node 70 times as long, and Object.assign five times the memory. */
function assessed(column: SequenceColumn, assessment: Assessment): AssessedColumn {
  return {
    schema: column.schema,
    table: column.table,
    column: column.column,
    type: column.type,
    binding: column.binding,
    partitioned: column.partitioned,
    coveredByParent: column.coveredByParent,
    computedDefault: column.computedDefault,
    sequence: column.sequence,
    owns: column.owns,
    rights: column.rights,
    verdict: assessment.verdict,
    reason: assessment.reason,
    lastValue: assessment.lastValue,
    isCalled: assessment.isCalled,
    nextValue: assessment.nextValue,
    columnMax: assessment.columnMax,
    gap: assessment.gap,
    headroom: assessment.headroom,
    end: assessment.end,
  }
}
