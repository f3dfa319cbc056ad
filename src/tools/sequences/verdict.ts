import type { ResolvedColumn, SequenceColumn } from '../catalog/columns'
import type { SequenceState } from '../catalog/state'
import { gap, headroom, nextValue } from './position'

/** Unknown is not ok: it comes with its reason. */
export type Verdict = 'ok' | 'behind' | 'unknown'

/** Where a sequence stands against its column. Every number is null where it is not known. */
export interface Assessment {
  readonly verdict: Verdict
  /** Why not ok; null for ok. */
  readonly reason: string | null
  readonly lastValue: bigint | null
  readonly isCalled: boolean | null
  /** What nextval would return to a session that has cached no values. */
  readonly nextValue: bigint | null
  /** The highest value in the column, the lowest for a descending sequence. */
  readonly columnMax: bigint | null
  /** How many values the sequence must give before it is past the column; 0 for ok. */
  readonly gap: bigint | null
  /** The share of the range that is left, in percent: of the sequence's or the column type's, whichever ends first. */
  readonly headroom: number | null
}

/** A column that a sequence feeds, and how the two stand. */
export type AssessedColumn = SequenceColumn & Assessment

/** Judges a column whose state was read. */
export function assess(
  column: ResolvedColumn,
  state: SequenceState,
): AssessedColumn & ResolvedColumn {
  const missing = gap(column.sequence, state)
  const next = nextValue(column.sequence, state)
  const extreme = column.sequence.increment > 0n ? 'highest' : 'lowest'
  return {
    ...column,
    ...state,
    verdict: missing > 0n ? 'behind' : 'ok',
    reason:
      missing > 0n
        ? `next value ${String(next)}, ${extreme} value ${String(state.columnMax)}`
        : null,
    nextValue: next,
    gap: missing,
    headroom: headroom(column, state),
  }
}

/** Judges a column that cannot be compared: unknown is not ok. */
export function unknown(column: SequenceColumn, reason: string): AssessedColumn {
  return {
    ...column,
    verdict: 'unknown',
    reason,
    lastValue: null,
    isCalled: null,
    nextValue: null,
    columnMax: null,
    gap: null,
    headroom: null,
  }
}
