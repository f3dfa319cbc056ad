import { isResolved, type ResolvedColumn, type SequenceColumn } from '../catalog/sequence-column'
import type { SequenceState } from '../catalog/state'
import { groupedBy } from '../grouped-by'
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
 * Judges a column. A sequence must be past every column it feeds, so `others`, which draw from the same sequence, count as well: one that is
 * further makes it behind, one that could not be read makes it unknown.
 */
export function judge(reading: Reading, others: readonly Reading[]): AssessedColumn {
  if (!('state' in reading)) return unknown(reading.column, reading.failure)
  const { column } = reading
  const states = [reading, ...others].filter((one) => 'state' in one)
  const { lastValue, isCalled } = furthest(column, states)
  const state = { lastValue, isCalled, columnMax: reading.state.columnMax }
  const next = nextValue(column, state)
  if (next === null) {
    return assessed(column, {
      verdict: 'behind',
      reason: 'no value is left',
      lastValue: state.lastValue,
      isCalled: state.isCalled,
      nextValue: next,
      columnMax: state.columnMax,
      gap: null,
      headroom: 0,
      end: rangeEnd(column),
    })
  }
  const highest = furthestHeld(column, states)
  const missing = highest ? gap(column.sequence, next, highest.value) : 0n
  const judged = (verdict: 'ok' | 'behind', reason: string | null) =>
    assessed(column, {
      verdict,
      reason,
      lastValue: state.lastValue,
      isCalled: state.isCalled,
      nextValue: next,
      columnMax: state.columnMax,
      gap: missing,
      headroom: headroom(column, state),
      end: nearestEnd(column, states, highest?.value ?? null),
    })
  if (highest && missing > 0n) return judged('behind', comparison(column, next, highest))
  const unread = others.find((other) => 'failure' in other)
  if (unread) {
    return unknown(
      column,
      `Sequence ${sequenceName(column.sequence)} also feeds ${columnName(unread.column)}. ${unread.failure}`,
    )
  }
  return judged('ok', null)
}

interface Held {
  readonly column: ResolvedColumn
  readonly value: bigint
}

/**
 * The furthest of several looks at one sequence. Each max() is older than the look in the same statement, so a sequence that is well is past
 * all of them at its furthest; an earlier look may be before a later max().
 */
function furthest(
  { sequence }: ResolvedColumn,
  readings: readonly { readonly state: SequenceState }[],
) {
  const [first, ...rest] = readings.map(({ state }) => state)
  if (!first) throw new Error('A column that was read is among the readings of its sequence.')
  return rest.reduce((most, state) => {
    if (state.lastValue === most.lastValue) return state.isCalled ? state : most
    return isPast(sequence, state.lastValue, most.lastValue) ? state : most
  }, first)
}

/** The column, of all that draw from the sequence, with the value that it reaches last; null where all are empty. */
function furthestHeld(
  { sequence }: ResolvedColumn,
  readings: readonly { readonly column: ResolvedColumn; readonly state: SequenceState }[],
): Held | null {
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
  column: ResolvedColumn,
  readings: readonly { readonly column: ResolvedColumn }[],
  highest: bigint | null,
): bigint {
  const { sequence } = column
  return readings
    .map(({ column }) => rangeEnd(column))
    .filter((end) => highest === null || isPast(sequence, end, highest))
    .reduce((nearest, end) => (isPast(sequence, nearest, end) ? end : nearest), rangeEnd(column))
}

function comparison(column: ResolvedColumn, next: bigint, highest: Held): string {
  const extreme = column.sequence.increment > 0n ? 'highest' : 'lowest'
  const elsewhere =
    highest.column === column ? '' : ` in ${columnName(highest.column)}, which draws from it too`
  return `next value ${String(next)}, ${extreme} value ${String(highest.value)}${elsewhere}`
}

/** Judges a column that cannot be compared: unknown is not ok. */
function unknown(column: SequenceColumn, reason: string): AssessedColumn {
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

/** Groups readings by the sequence that they are of. */
export function bySequence(readings: readonly Reading[]): Map<string, Reading[]> {
  return groupedBy(
    readings.filter(({ column }) => isResolved(column)),
    ({ column }) => column.sequence?.oid ?? '',
  )
}
