import type { ResolvedColumn } from '../catalog/sequence-column'
import type { CatalogSequence } from '../catalog/sequences'
import { quoteIdentifier } from '../db/quoting'
import type { Selection } from '../sequences/selection'
import { explainColumn } from '../sequences/explain'
import { columnName, sequenceName, tableArgument } from '../sequences/names'
import { methodFor } from '../sequences/plan'
import { gap, isPast, percentLeft, rangeEnd } from '../sequences/position'
import type { RepairLimits } from '../sequences/repair'
import { BURN_LIMIT, LONG_BURN_LIMIT, SPARE_PERCENT, type Method } from '../sequences/repair-sql'
import { endOf, judgeReading, justBefore, position, upcoming, type Reading } from './compared'
import { selectionOptions } from './selection-options'

/** A sequence that is to be raised. */
export interface Raise {
  readonly action: 'raise'
  readonly resolved: { readonly sequence: CatalogSequence }
  /** A column that draws from it and whose highest value it is to be past, too; null where there is none to compare with. */
  readonly column: ResolvedColumn | null
  /** Every value up to this one is to be behind it. */
  readonly past: bigint
  readonly method: Method
  /** How many values it is to give. */
  readonly gap: bigint
  /** The next value now, and after it was raised. */
  readonly before: bigint
  readonly after: bigint
  /** The command that does it again, for this sequence where it feeds a column. */
  readonly again: string
}

/** What to do about one sequence. */
export type RaisePlan =
  Raise | { readonly action: 'leave' } | { readonly action: 'refuse'; readonly reason: string }

/** How far to raise, and within which limits; and what was selected, for a command that does it again. */
export interface RaiseLimits extends RepairLimits, Selection {
  /** How many values the source may still draw. */
  readonly headroom: bigint
}

/** Decides how far a sequence of the target is to be raised, for `role`: past what the source gave and may still give, and past its own columns; within its range and theirs. */
export function planRaise(reading: Reading, role: string, limits: RaiseLimits): RaisePlan {
  const { match } = reading
  const { target: sequence } = match
  const judged = judgeReading(reading)
  if (!sequence || judged.verdict === 'unknown') return refuse(String(judged.reason))
  const before = upcoming(sequence, position(reading.target))
  if (!sequence.cycle && isPast(sequence, before, endOf(sequence))) {
    return refuse(`${String(judged.reason)} Nothing was changed.`)
  }
  const full = match.own.full()
  if (full) return refuse(`${String(explainColumn(full))} Nothing was changed.`)
  const past = furthest(sequence, [wanted(reading, limits.headroom), match.own.held()])
  const missing = past === null ? 0n : gap(sequence, before, past)
  if (past === null || missing === 0n) return { action: 'leave' }

  const after = before + missing * sequence.increment
  const lastDraw = after - sequence.increment
  const name = sequenceName(sequence)
  if (sequence.cycle) {
    return refuse(
      `Sequence ${name} cycles: it returns to used values by design. Nothing was changed.`,
    )
  }
  const { end, place, column } = nearestEnd(reading, sequence, before)
  const again = command(reading, limits)
  if (isPast(sequence, after, end)) {
    return refuse(
      `Cannot raise sequence ${name} to ${String(after)}${sum(reading, limits.headroom)}: ${place} ends at ${String(end)}. Nothing was changed. ${smaller(reading, sequence, end, limits)}`,
    )
  }
  const spare = percentLeft(column ?? { type: 'int8', sequence }, lastDraw, end)
  if (missing > BURN_LIMIT && spare < SPARE_PERCENT && !limits.force) {
    return refuse(
      `Sequence ${name} would have ${String(spare)} % of its range left, raised to ${String(after)}. Nothing was changed. Run: ${again} --force`,
    )
  }
  if (limits.maxGap !== undefined && missing > limits.maxGap && !limits.force) {
    return refuse(
      `Sequence ${name} is ${String(missing)} values behind ${String(after)}, more than the ${String(limits.maxGap)} allowed. Nothing was changed. Run: ${again} --force`,
    )
  }
  const { rights } = sequence
  const grantee = quoteIdentifier(role)
  if (!rights.drawSequence) {
    return refuse(
      `Cannot move sequence ${name}: role ${grantee} lacks USAGE. Nothing was changed. Run: GRANT USAGE ON SEQUENCE ${name} TO ${grantee}`,
    )
  }
  const method = methodFor({ sequence, rights, end }, missing, lastDraw)
  if (method === null) {
    const cure =
      sequence.cache > 1n
        ? `sessions take ${String(sequence.cache)} of them at a time (CACHE), so that takes its lock. Nothing was changed. Use role ${quoteIdentifier(sequence.owner)}.`
        : `more than ${String(LONG_BURN_LIMIT)} are not drawn, and role ${grantee} lacks UPDATE. Nothing was changed. Run: GRANT UPDATE ON SEQUENCE ${name} TO ${grantee}`
    return refuse(`Cannot move sequence ${name} by ${String(missing)} values: ${cure}`)
  }
  return {
    action: 'raise',
    resolved: { sequence },
    column,
    past,
    method,
    gap: missing,
    before,
    after,
    again,
  }
}

/** Returns what the source's sequence may have given once it drew `headroom` values more. */
function wanted({ match, source }: Reading, headroom: bigint): bigint | null {
  if (!match.source || !match.target) return null
  const reached = upcoming(match.source, position(source)) + headroom * match.source.increment
  return justBefore(match.target, reached)
}

function furthest(sequence: CatalogSequence, values: readonly (bigint | null)[]): bigint | null {
  let most: bigint | null = null
  for (const value of values) {
    if (value !== null && (most === null || isPast(sequence, value, most))) most = value
  }
  return most
}

/** The first to end, of the sequence and of the columns that it feeds; not of those that it is past already. */
function nearestEnd({ match }: Reading, sequence: CatalogSequence, next: bigint) {
  let nearest: { end: bigint; place: string; column: ResolvedColumn | null } = {
    end: endOf(sequence),
    place: 'its range',
    column: null,
  }
  for (const column of match.own.ends()) {
    const end = rangeEnd(column)
    if (isPast(sequence, next, end)) continue
    const isNearer = isPast(sequence, nearest.end, end)
    if (isNearer) nearest = { end, place: columnName(column), column }
    else if (nearest.column === null) nearest = { ...nearest, column }
  }
  return nearest
}

function sum({ match, source }: Reading, headroom: bigint): string {
  if (!match.source) return ''
  const next = upcoming(match.source, position(source))
  return ` (the source's next value ${String(next)}, and ${String(headroom)} of headroom)`
}

/** Says how much headroom there is room for; where that is none, what would make it. */
function smaller(
  reading: Reading,
  sequence: CatalogSequence,
  end: bigint,
  selection: Selection,
): string {
  const { match, source } = reading
  if (!match.source) return 'A larger MAXVALUE helps, or a larger type.'
  const next = upcoming(match.source, position(source))
  // The next value in the target's own phase may come that much later.
  const late = sequence.increment > 0n ? sequence.increment - 1n : sequence.increment + 1n
  const room = end - late - next
  const headroom = room / match.source.increment
  const hasRoom = !isPast(sequence, next, end - late)
  return hasRoom
    ? `Run: ${command(reading, { ...selection, headroom })}`
    : 'A larger MAXVALUE helps, or a larger type.'
}

/** Returns the command that raises it again, and what was selected at most. What the target has alone is raised past its own rows: with the source it is not compared. */
function command(
  { match }: Reading,
  { headroom, ...selection }: Selection & Pick<RaiseLimits, 'headroom'>,
): string {
  const selected = match.inTarget
    ? ` --table ${tableArgument(match.inTarget)}`
    : selectionOptions(selection)
  return match.source === null
    ? `typeorm-resync apply${selected}`
    : `typeorm-resync apply --from URL${selected} --headroom ${String(headroom)}`
}

function refuse(reason: string): RaisePlan {
  return { action: 'refuse', reason }
}
