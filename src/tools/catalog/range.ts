import type { ResolvedColumn } from './sequence-column'

/** A sequence, and the type that its values go to. */
export type Fed = Pick<ResolvedColumn, 'type' | 'sequence'>

/** The values that a type can hold; the types a sequence can feed. */
const TYPE_RANGE: Readonly<Record<string, { readonly min: bigint; readonly max: bigint }>> = {
  int2: { min: -(2n ** 15n), max: 2n ** 15n - 1n },
  int4: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  int8: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
}

/** Returns the values that an integer type of pg_type can hold; null for another type, whose values no sequence's can be compared with. */
export function typeRange(type: string): { readonly min: bigint; readonly max: bigint } | null {
  return TYPE_RANGE[type] ?? null
}

/** The values that a sequence can give to its column: those that both can hold. */
export function usableRange({ type, sequence }: Fed): { min: bigint; max: bigint } {
  const { minValue, maxValue } = sequence
  const range = typeRange(type) ?? { min: minValue, max: maxValue }
  return {
    min: range.min > minValue ? range.min : minValue,
    max: range.max < maxValue ? range.max : maxValue,
  }
}
