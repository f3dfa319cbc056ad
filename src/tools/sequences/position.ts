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

/** Returns the last value, in the sequence's direction, that both the sequence and the column can hold. */
export function lastUsable({ type, sequence }: ResolvedColumn): bigint {
  const range = TYPE_RANGE[type]
  if (sequence.increment > 0n)
    return range && range.max < sequence.maxValue ? range.max : sequence.maxValue
  return range && range.min > sequence.minValue ? range.min : sequence.minValue
}

/** Returns the share of the range that is left after what the sequence gave and the column holds, in percent, rounded down to 0.01. */
export function headroom(column: ResolvedColumn, state: SequenceState): number {
  const { sequence } = column
  const up = sequence.increment > 0n
  const first = up ? sequence.minValue : sequence.maxValue
  const end = lastUsable(column)
  const given = nextValue(sequence, state) - sequence.increment
  const held = state.columnMax ?? given
  const used = up === held > given ? held : given
  const size = up ? end - first + 1n : first - end + 1n
  const left = up ? end - used : used - end
  if (size <= 0n || left <= 0n) return 0
  return Math.min(Number((left * 10_000n) / size) / 100, 100)
}
