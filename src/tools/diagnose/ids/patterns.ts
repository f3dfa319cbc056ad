import type { Sequence } from '../../catalog/sequence-column'

/** Fewer values of a phase may be a stray insert. */
const FEW = 3

/** Returns how many of the ids the sequence can never give: of another phase of its increment, or outside its range. */
export function foreignIds(
  { increment, minValue, maxValue }: Sequence,
  start: bigint,
  ids: readonly bigint[],
) {
  return {
    outside: ids.filter((id) => id < minValue || id > maxValue).length,
    ofOtherPhase: ids.filter((id) => (id - start) % increment !== 0n).length,
  }
}

/**
 * Returns the size of the blocks that ids stand in, as an application gives them that takes a block at a time (hi/lo): runs without a gap that all
 * begin at multiples of one number; null where they do not.
 */
export function blockSize(ids: readonly bigint[]): bigint | null {
  const sorted = [...ids].sort((one, other) => (one < other ? -1 : one > other ? 1 : 0))
  const starts = sorted.filter((id, index) => index > 0 && sorted[index - 1] !== id - 1n)
  const [first] = starts
  if (first === undefined || starts.length < FEW || sorted.length < 2 * starts.length) return null
  const size = starts.reduce((divisor, start) => gcd(divisor, start - first), 0n)
  return size >= 10n ? size : null
}

function gcd(one: bigint, other: bigint): bigint {
  return other === 0n ? one : gcd(other, one % other)
}
