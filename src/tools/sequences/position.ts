import type { ResolvedColumn, Sequence } from '../catalog/sequence-column'
import { usableRange, type Fed } from '../catalog/range'
import type { SequenceState } from '../catalog/state'

/**
 * Returns what nextval would give: last_value itself where it has never been given out (is_called is false).
 * Null where nothing is left that both the sequence and the column can hold.
 */
export function nextValue(column: ResolvedColumn, state: SequenceState): bigint | null {
  const { increment, minValue, maxValue, cycle } = column.sequence
  const next = state.isCalled ? state.lastValue + increment : state.lastValue
  if (cycle && next > maxValue) return minValue
  if (cycle && next < minValue) return maxValue
  return isPast(column.sequence, next, rangeEnd(column)) ? null : next
}

/** Tells whether a sequence reaches `value` later than `other`. */
export function isPast({ increment }: Sequence, value: bigint, other: bigint): boolean {
  return increment > 0n ? value > other : value < other
}

/** Returns how many values the sequence must give, from `next` on, before it is past `extreme`; 0 where it is. */
export function gap(sequence: Sequence, next: bigint, extreme: bigint): bigint {
  return isPast(sequence, next, extreme) ? 0n : (extreme - next) / sequence.increment + 1n
}

/** Returns the last value that the sequence can give to the column. */
export function rangeEnd(column: Fed): bigint {
  const { min, max } = usableRange(column)
  return column.sequence.increment > 0n ? max : min
}

/**
 * Returns the share of the range that is left once `last` was given out, in percent, rounded down to 0.01.
 *
 * @param end - where the range ends; default: the column's own
 */
export function percentLeft(column: Fed, last: bigint, end = rangeEnd(column)): number {
  const { min, max } = usableRange(column)
  const up = column.sequence.increment > 0n
  const left = up ? end - last : last - end
  const size = (up ? end - min : max - end) + 1n
  if (size <= 0n || left <= 0n) return 0
  return Math.min(Number((left * 10_000n) / size) / 100, 100)
}

/** Returns the share of the range that is left after what the sequence gave and the column holds. */
export function headroom(column: ResolvedColumn, state: SequenceState): number {
  const { sequence } = column
  const { lastValue, isCalled, columnMax } = state
  const given = isCalled ? lastValue : lastValue - sequence.increment
  const isHeld = columnMax !== null && isPast(sequence, columnMax, given)
  return percentLeft(column, isHeld ? columnMax : given)
}
