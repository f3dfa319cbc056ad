import { isResolved } from '../catalog/sequence-column'
import { oneLane } from '../db/lanes'
import type { Session } from '../db/session'
import type { Server } from '../catalog/server'
import { groupedBy } from '../grouped-by'
import { drawMissing } from './draw'
import { failureReason, type CommandOptions } from './failure'
import { columnName, sequenceName, tableArgument } from './names'
import type { RepairPlan } from './plan'
import { repairColumn, type RepairLimits } from './repair'
import type { Method } from './repair-sql'
import { assessColumns, verifiedAs, type Columns, type VerifiedColumn } from './verify'

/** A sequence that was moved; in a dry run, that would be. */
export type RepairedColumn = VerifiedColumn & {
  /** The next value before, and after. */
  readonly before: bigint
  readonly after: bigint
  readonly method: Method
  /** What the repair could not do; null where it did everything. */
  readonly note: string | null
}

/** A sequence that was left as it was, and why. */
export type RefusedColumn = VerifiedColumn & { readonly reason: string }

/** What became of one column. */
export type Outcome =
  | { readonly kind: 'repaired'; readonly column: RepairedColumn }
  | { readonly kind: 'unchanged'; readonly column: VerifiedColumn }
  | { readonly kind: 'refused'; readonly column: RefusedColumn }

/** A column, and how to repair it. */
export type PlannedRepair = RepairPlan & { readonly column: VerifiedColumn }

/** What the work on every column needs. */
export interface Work {
  readonly server: Server
  /** All that draw from a column's sequence, itself among them. */
  readonly feeding: (column: VerifiedColumn) => Columns['selected']
  readonly options: CommandOptions & RepairLimits
}

/** How often a sequence is repaired that is behind again at once. */
const TIMES = 3

/**
 * Repairs columns of one sequence, each by a statement of its own, which moves the sequence past all that draw from it; so the others are looked at before they
 * are repaired, too.
 */
export async function repairInTurn(
  work: Work,
  session: Session,
  [first, ...others]: readonly PlannedRepair[],
): Promise<Outcome[]> {
  if (!first) return []
  const outcome = await repairOne(work, session, first)
  const columns = others.map(({ column }) => column)
  const looked = others.length > 0 ? await lookAgain(work, session, columns).catch(() => []) : []
  const outcomes = [outcome]
  for (const [index, plan] of others.entries()) {
    const column = looked[index]
    const isDone = column?.verdict === 'ok'
    outcomes.push(isDone ? { kind: 'unchanged', column } : await repairOne(work, session, plan))
  }
  return outcomes
}

/** Repairs one column by a statement of its own, and looks again. What is not seen to be past its column was not repaired, however far it was moved. */
async function repairOne(
  work: Work,
  session: Session,
  { column, resolved, before, after }: PlannedRepair,
): Promise<Outcome> {
  try {
    const { method, note } = await repairColumn(session, resolved, work.options)
    let [looked = column] = await lookAgain(work, session, [column])
    if (method === null) return { kind: 'unchanged', column: looked }
    // Rows with explicit ids may have come while it waited for a lock that it must not keep for another look.
    for (let times = 1; times < TIMES && looked.verdict === 'behind'; times += 1) {
      await repairColumn(session, resolved, work.options)
      ;[looked = column] = await lookAgain(work, session, [column])
    }
    return looked.verdict === 'ok'
      ? repaired(looked, { before, after, method, note })
      : refused(looked, notPast(looked))
  } catch (error) {
    return refused(column, failureReason(error, resolved, 'repair', work.options))
  }
}

function notPast(column: VerifiedColumn): string {
  const sequence = column.sequence ? sequenceName(column.sequence) : ''
  const reason = String(column.reason)
  return column.verdict === 'behind'
    ? `Sequence ${sequence} was moved, and is behind ${columnName(column)} again: ${reason}. Rows with ids of their own come faster than it is repaired. Run: typeorm-resync diagnose --table ${tableArgument(column)}`
    : `Sequence ${sequence} was moved, and it cannot be told whether that is far enough. ${reason.replace(' Nothing was changed.', '')}`
}

/** Repairs columns of different sequences, all by one statement that draws, and looks at all of them again. What is still behind is repaired by itself. */
export async function repairTogether(
  work: Work,
  session: Session,
  plans: readonly PlannedRepair[],
): Promise<Outcome[]> {
  // Where it fails it may have drawn for those before the culprit, and that stays.
  const drawn = await drawMissing(session, plans, work.options).catch(() => plans.map(() => true))
  // Where even that fails, each repair says why.
  const looked = await lookAgain(
    work,
    session,
    plans.map(({ column }) => column),
  ).catch(() => [])
  const outcomes: Outcome[] = []
  for (const [index, plan] of plans.entries()) {
    const column = looked[index] ?? plan.column
    if (column.verdict !== 'ok') outcomes.push(await repairOne(work, session, plan))
    else if (drawn[index]) outcomes.push(repaired(column, { ...plan, note: null }))
    else outcomes.push({ kind: 'unchanged', column })
  }
  return outcomes
}

/** Nothing that is still behind passes for unchanged: not even what its own repair could not see, as a default that names its sequence as text. */
export async function confirm(work: Work, session: Session, outcome: Outcome): Promise<Outcome> {
  const { kind, column } = outcome
  if (kind !== 'unchanged' || column.verdict === 'ok' || !isResolved(column)) return outcome
  try {
    const [now = column] = await lookAgain(work, session, [column])
    if (now.verdict === 'ok') return { kind: 'unchanged', column: now }
    const reason = `Cannot repair ${columnName(column)}: ${String(now.reason)}. Run: typeorm-resync verify --table ${tableArgument(column)}`
    return refused(now, reason)
  } catch (error) {
    return refused(column, failureReason(error, column, 'repair', work.options))
  }
}

/** Returns that a column was left, and why. */
export function refused(column: VerifiedColumn, reason: string): Outcome {
  return { kind: 'refused', column: { ...column, reason } }
}

function repaired(
  column: VerifiedColumn,
  { before, after, method, note }: Omit<RepairedColumn, keyof VerifiedColumn>,
): Outcome {
  const done = { before, after: column.nextValue ?? after, method, note }
  // In place: it was judged for this, and a copy takes Node longer than that.
  return { kind: 'repaired', column: Object.assign(column, done) }
}

/** Judges columns anew, with all that draw from their sequences. */
async function lookAgain(
  { server, feeding, options }: Work,
  session: Session,
  columns: readonly VerifiedColumn[],
): Promise<VerifiedColumn[]> {
  const names = new Set(columns.map(columnName))
  const sequences = [...groupedBy(columns, ({ sequence }) => sequence?.oid ?? '').values()]
  const companions = sequences
    .flatMap(([column]) => feeding(column))
    .filter((other) => !names.has(columnName(other)))
  const scope = { selected: columns, companions }
  const now = await assessColumns(oneLane(session), scope, server.role, options)
  return columns.map((column, index) => {
    const judged = now[index]
    return judged ? verifiedAs(judged, column) : column
  })
}
