import { isResolved, type ResolvedColumn, type SequenceColumn } from '../catalog/sequence-column'
import { incomparable } from '../sequences/comparable'
import { isPast, rangeEnd } from '../sequences/position'
import type { VerifiedColumn } from '../sequences/verify'

/**
 * The columns that draw from one sequence of the target, and what they come to. Each is told once, when it is asked for: where the source has a sequence for each of the
 * columns, as many matches share them. Measured for 2,000: 2 s of looking at them anew for each.
 */
export interface OwnColumns {
  /** Those that were looked at, as they were judged. */
  readonly verified: readonly VerifiedColumn[]
  /** The first that is unknown, for another reason than that no sequence's values can be compared with it: that says nothing of its sequence. */
  readonly uncertain: () => VerifiedColumn | undefined
  /** The first that the sequence is behind. */
  readonly behind: () => VerifiedColumn | undefined
  /** The first of these for which no value is left. */
  readonly full: () => VerifiedColumn | undefined
  /** The value that the sequence reaches last, of those that they hold and it has still to give; null where there is none. */
  readonly held: () => bigint | null
  /** Of those that can be compared with the sequence the first for each end of their ranges; also of those that were not looked at. */
  readonly ends: () => readonly ResolvedColumn[]
}

/**
 * Returns what the columns of one sequence come to.
 *
 * @param verified - those that were looked at
 * @param feeds - all of them
 */
export function ownColumns(
  verified: readonly VerifiedColumn[] = [],
  feeds: readonly SequenceColumn[] = [],
): OwnColumns {
  return {
    verified,
    uncertain: once(() =>
      verified.find((column) => column.verdict === 'unknown' && isComparable(column)),
    ),
    behind: once(() => verified.find(({ verdict }) => verdict === 'behind')),
    full: once(() =>
      verified.find(({ verdict, nextValue }) => verdict === 'behind' && nextValue === null),
    ),
    held: once(() => furthestHeld(verified.filter(isComparable))),
    ends: once(() => firstOfEachEnd([...verified, ...feeds].filter(isComparable))),
  }
}

function isComparable(column: SequenceColumn): boolean {
  return incomparable(column) === null
}

function furthestHeld(columns: readonly VerifiedColumn[]): bigint | null {
  let most: bigint | null = null
  for (const { sequence, nextValue, gap } of columns) {
    if (!sequence || nextValue === null || gap === null || gap === 0n) continue
    const value = nextValue + (gap - 1n) * sequence.increment
    if (most === null || isPast(sequence, value, most)) most = value
  }
  return most
}

function firstOfEachEnd(columns: readonly SequenceColumn[]): ResolvedColumn[] {
  const first = new Map<bigint, ResolvedColumn>()
  for (const column of columns) {
    if (!isResolved(column)) continue
    const end = rangeEnd(column)
    if (!first.has(end)) first.set(end, column)
  }
  return [...first.values()]
}

function once<T>(compute: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: compute() }).value
}
