import type { ResolvedColumn, Sequence } from '../catalog/columns'
import type { SequenceState } from '../catalog/state'

/** The values that a type can hold; the types a sequence can feed. */
const TYPE_RANGE: Readonly<Record<string, { readonly min: bigint; readonly max: bigint }>> = {
  int2: { min: -(2n ** 15n), max: 2n ** 15n - 1n },
  int4: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  int8: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
}

/** Tells whether a type in pg_type is an integer, whose values can be compared with a sequence's. */
export function isIntegerType(type: string): boolean {
  return type in TYPE_RANGE
}

/** Returns what nextval would give: last_value itself where it has never been given out (is_called is false). */
export function nextValue({ increment }: Sequence, { lastValue, isCalled }: SequenceState): bigint {
  return isCalled ? lastValue + increment : lastValue
}

/** Returns how many values the sequence must give before it is past everything in the column; 0 where it is. */
export function gap(sequence: Sequence, state: SequenceState): bigint {
  if (state.columnMax === null) return 0n
  const distance = state.columnMax - nextValue(sequence, state)
  const behind = sequence.increment > 0n ? distance >= 0n : distance <= 0n
  return behind ? distance / sequence.increment + 1n : 0n
}

/** The values that a sequence can still give to its column: those that both can hold. */
export function usableRange({ type, sequence }: ResolvedColumn): { min: bigint; max: bigint } {
  const { minValue, maxValue } = sequence
  const range = TYPE_RANGE[type] ?? { min: minValue, max: maxValue }
  return {
    min: range.min > minValue ? range.min : minValue,
    max: range.max < maxValue ? range.max : maxValue,
  }
}

/** Returns the share of the range that is left once `last` was given out, in percent, rounded down to 0.01. */
export function percentLeft(column: ResolvedColumn, last: bigint): number {
  const { min, max } = usableRange(column)
  const left = column.sequence.increment > 0n ? max - last : last - min
  const size = max - min + 1n
  if (size <= 0n || left <= 0n) return 0
  return Math.min(Number((left * 10_000n) / size) / 100, 100)
}

/** Returns the share of the range that is left after what the sequence gave and the column holds. */
export function headroom(column: ResolvedColumn, state: SequenceState): number {
  const { sequence } = column
  const given = nextValue(sequence, state) - sequence.increment
  const held = state.columnMax ?? given
  const used = sequence.increment > 0n === held > given ? held : given
  return percentLeft(column, used)
}
