import type { ResolvedColumn } from '../catalog/columns'
import { quoteIdentifier } from '../db/quoting'
import { isResolved } from './comparable'
import { columnName, sequenceName, tableArgument } from './names'
import { percentLeft, usableRange } from './position'
import { BURN_LIMIT, SPARE_PERCENT } from './repair-sql'
import type { AssessedColumn } from './verdict'

/** How a gap is closed: by drawing the missing values, or by setval under a lock. */
export type Method = 'burn' | 'setval'

/** What to do about one column. */
export type Plan =
  | { readonly action: 'leave' }
  | {
      readonly action: 'repair'
      readonly resolved: ResolvedColumn
      readonly method: Method
      /** The next value now, and after the repair. */
      readonly before: bigint
      readonly after: bigint
    }
  | { readonly action: 'refuse'; readonly reason: string }

/** What a repair may do. */
export interface PlanLimits {
  /** A larger gap is refused: it may come from an outlier, and ids that are skipped are gone. Default: no limit. */
  readonly maxGap?: bigint | undefined
  /** Repairs in spite of `maxGap`, and where hardly a value would be left. */
  readonly force?: boolean | undefined
}

/** Decides what to do about `column`, for `role`. */
export function planRepair(column: AssessedColumn, role: string, limits: PlanLimits = {}): Plan {
  if (column.verdict === 'ok') return { action: 'leave' }
  if (!isResolved(column) || column.nextValue === null || column.gap === null) {
    return refuse(column.reason ?? `Cannot tell whether ${columnName(column)} is behind.`)
  }
  const { sequence, rights } = column
  const name = sequenceName(sequence)
  const grantee = quoteIdentifier(role)
  const after = column.nextValue + column.gap * sequence.increment
  const lastDraw = after - sequence.increment
  const large = column.gap > BigInt(BURN_LIMIT)
  if (sequence.cycle) {
    return refuse(
      `Sequence ${name} cycles: it returns to used values by design. Nothing was changed.`,
    )
  }
  const { min, max } = usableRange(column)
  if (after < min || after > max) {
    return refuse(
      `Sequence ${name} has no value left past ${String(column.columnMax)} in ${columnName(column)}: its range ends at ${String(after > max ? max : min)}. Nothing was changed.`,
    )
  }
  const spare = percentLeft(column, lastDraw)
  if (large && spare < SPARE_PERCENT && !limits.force) {
    return refuse(
      `Sequence ${name} would have ${String(spare)} % of its range left past ${String(column.columnMax)} in ${columnName(column)}, which may be an outlier. ` +
        `Nothing was changed. Run: typeorm-resync apply --table ${tableArgument(column)} --force`,
    )
  }
  if (limits.maxGap !== undefined && column.gap > limits.maxGap && !limits.force) {
    return refuse(
      `Sequence ${name} is ${String(column.gap)} values behind, more than the ${String(limits.maxGap)} allowed: ${String(column.columnMax)} may be an outlier. ` +
        `Nothing was changed. Run: typeorm-resync apply --table ${tableArgument(column)} --force`,
    )
  }
  const method = large ? 'setval' : 'burn'
  if (!rights.drawSequence) {
    return refuse(
      `Cannot move sequence ${name}: role ${grantee} lacks USAGE. Nothing was changed. Run: GRANT USAGE ON SEQUENCE ${name} TO ${grantee}`,
    )
  }
  if (large && !rights.ownSequence) {
    return refuse(
      `Cannot move sequence ${name} by ${String(column.gap)} values: more than ${String(BURN_LIMIT)} take a lock, and role ${grantee} does not own it. ` +
        `Nothing was changed. Use role ${quoteIdentifier(sequence.owner)}.`,
    )
  }
  return { action: 'repair', resolved: column, method, before: column.nextValue, after }
}

function refuse(reason: string): Plan {
  return { action: 'refuse', reason }
}
