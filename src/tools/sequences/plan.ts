import {
  isResolved,
  type ResolvedColumn,
  type Rights,
  type Sequence,
} from '../catalog/sequence-column'
import { quoteIdentifier } from '../db/quoting'
import { beyondRepair } from './beyond-repair'
import { columnName, sequenceName, tableArgument } from './names'
import { percentLeft, rangeEnd } from './position'
import type { RepairLimits } from './repair'
import { BURN_LIMIT, LONG_BURN_LIMIT, SPARE_PERCENT, type Method } from './repair-sql'
import type { AssessedColumn } from './verdict'

/** A repair that is to be made. */
export interface RepairPlan {
  readonly action: 'repair'
  readonly resolved: ResolvedColumn
  readonly method: Method
  /** How many values the sequence is behind. */
  readonly gap: bigint
  /** The next value now, and after the repair. */
  readonly before: bigint
  readonly after: bigint
}

/** What to do about one column. */
export type Plan =
  { readonly action: 'leave' } | RepairPlan | { readonly action: 'refuse'; readonly reason: string }

/** Decides what to do about `column`, for `role`: the ladder of `repairSql`, as far as it can be told beforehand. */
export function planRepair(column: AssessedColumn, role: string, limits: RepairLimits = {}): Plan {
  if (column.verdict === 'ok') return { action: 'leave' }
  if (!isResolved(column) || column.verdict === 'unknown') {
    return refuse(column.reason ?? `Cannot tell whether ${columnName(column)} is behind.`)
  }
  const { sequence, rights } = column
  const end = rangeEnd(column)
  const name = sequenceName(sequence)
  const grantee = quoteIdentifier(role)
  if (column.nextValue === null || column.gap === null) {
    return refuse(
      `Sequence ${name} has no value left for ${columnName(column)}: its range ends at ${String(end)}. Nothing was changed.`,
    )
  }
  const after = column.nextValue + column.gap * sequence.increment
  const lastDraw = after - sequence.increment
  const numbers = `${columnName(column)} (${String(column.reason)})`
  const force = `Run: typeorm-resync apply --table ${tableArgument(column)} --force`
  const beyond = beyondRepair(column)
  if (beyond !== null) {
    return refuse(`Sequence ${name} is behind ${numbers}. Nothing was changed. ${beyond}`)
  }
  const spare = percentLeft(column, lastDraw, column.end ?? end)
  if (column.gap > BURN_LIMIT && spare < SPARE_PERCENT && !limits.force) {
    return refuse(
      `Sequence ${name} would have ${String(spare)} % of its range left past ${numbers}, which may be an outlier. Nothing was changed. ${force}`,
    )
  }
  if (limits.maxGap !== undefined && column.gap > limits.maxGap && !limits.force) {
    return refuse(
      `Sequence ${name} is ${String(column.gap)} values behind ${numbers}, more than the ${String(limits.maxGap)} allowed. Nothing was changed. ${force}`,
    )
  }
  if (!rights.drawSequence) {
    return refuse(
      `Cannot move sequence ${name}: role ${grantee} lacks USAGE. Nothing was changed. Run: GRANT USAGE ON SEQUENCE ${name} TO ${grantee}`,
    )
  }
  const method = methodFor({ sequence, rights, end }, column.gap, lastDraw)
  if (method === null) {
    const cure =
      sequence.cache > 1n
        ? `sessions take ${String(sequence.cache)} of them at a time (CACHE), so that takes its lock. Nothing was changed. Use role ${quoteIdentifier(sequence.owner)}.`
        : `more than ${String(LONG_BURN_LIMIT)} are not drawn, and role ${grantee} lacks UPDATE. Nothing was changed. Run: GRANT UPDATE ON SEQUENCE ${name} TO ${grantee}`
    return refuse(`Cannot move sequence ${name} by ${String(column.gap)} values: ${cure}`)
  }
  return {
    action: 'repair',
    resolved: column,
    method,
    gap: column.gap,
    before: column.nextValue,
    after,
  }
}

/** What decides in which way a sequence may be moved. */
export interface Movable {
  readonly sequence: Sequence
  readonly rights: Pick<Rights, 'ownSequence' | 'setSequence'>
  /** The last value that may be drawn. */
  readonly end: bigint
}

/** Returns how `gap` values are to be drawn or skipped, the last of them `lastDraw`; null where there is no way. */
export function methodFor(
  { sequence, rights, end }: Movable,
  gap: bigint,
  lastDraw: bigint,
): Method | null {
  const { cache, increment } = sequence
  if (gap <= BURN_LIMIT && cache === 1n) return 'burn'
  if (rights.ownSequence) return 'setval'
  // A draw takes the whole of a cache: the values after the last one that is needed are lost.
  const left = (end - lastDraw) / increment
  if (cache > 1n && left < cache) return null
  if (gap <= LONG_BURN_LIMIT) return 'burn'
  return rights.setSequence && gap > BigInt(LONG_BURN_LIMIT) * cache ? 'leap' : null
}

function refuse(reason: string): Plan {
  return { action: 'refuse', reason }
}
