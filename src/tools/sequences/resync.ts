import { isResolved } from '../catalog/sequence-column'
import type { Server } from '../catalog/server'
import { withSession, type Session, type Target } from '../db/session'
import { ReadOnlyError } from '../errors'
import { validated } from '../options/validated'
import { failureReason, type CommandOptions } from './failure'
import { columnName, tableArgument } from './names'
import { planRepair } from './plan'
import { repairColumn, type RepairLimits } from './repair'
import { ResyncRules } from './resync-rules'
import type { Method } from './repair-sql'
import {
  assessColumns,
  verifyIn,
  type Columns,
  type VerifiedColumn,
  type VerifyOptions,
} from './verify'

/** What to repair, within which limits. */
export interface ResyncOptions extends VerifyOptions, RepairLimits {
  /** Plans, and changes nothing. Default: false. */
  readonly dryRun?: boolean | undefined
}

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

/** What `resyncSequences` did. */
export interface Resync {
  readonly server: Server
  readonly dryRun: boolean
  readonly repaired: readonly RepairedColumn[]
  /** Not behind. */
  readonly unchanged: readonly VerifiedColumn[]
  readonly refused: readonly RefusedColumn[]
}

/** How often a sequence is repaired that is behind again at once. */
const TIMES = 3

/** What the work on every column needs. */
interface Work {
  readonly session: Session
  readonly server: Server
  readonly columns: Columns
  readonly options: ResyncOptions & CommandOptions
}

type Outcome =
  | { readonly kind: 'repaired'; readonly column: RepairedColumn }
  | { readonly kind: 'unchanged'; readonly column: VerifiedColumn }
  | { readonly kind: 'refused'; readonly column: RefusedColumn }

/**
 * Moves every selected sequence that is behind past its column, while writers write; one that is not behind is left alone.
 * Never moves a sequence back, and goes on where one column fails.
 *
 * @throws {ReadOnlyError} when the server is a standby or the session read only, and it is no dry run.
 * @throws what `verifySequences` throws.
 */
export async function resyncSequences(
  target: Target,
  options: ResyncOptions = {},
): Promise<Resync> {
  const checked = validated(ResyncRules, options)
  return withSession(target, (session) => resyncIn(session, target, checked))
}

/** Does the same on a session that the caller holds. */
export async function resyncIn(
  session: Session,
  target: Target,
  options: ResyncOptions & CommandOptions,
): Promise<Resync> {
  const asApply = { ...options, command: 'apply' } as const
  const { server, columns, verified } = await verifyIn(session, target, asApply)
  const dryRun = options.dryRun ?? false
  if (!dryRun) assertWritable(server)
  const work: Work = { session, server, columns, options: asApply }
  const outcomes: Outcome[] = []
  for (const column of verified) outcomes.push(await settle(work, column))
  // What another column held against it may have been repaired with that.
  for (const [index, outcome] of outcomes.entries()) outcomes[index] = await confirm(work, outcome)
  return {
    server,
    dryRun,
    repaired: outcomes.flatMap((outcome) => (outcome.kind === 'repaired' ? [outcome.column] : [])),
    unchanged: outcomes.flatMap((outcome) =>
      outcome.kind === 'unchanged' ? [outcome.column] : [],
    ),
    refused: outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [outcome.column] : [])),
  }
}

async function settle(work: Work, column: VerifiedColumn): Promise<Outcome> {
  const { session, server, options } = work
  const plan = planRepair(column, server.role, options)
  if (plan.action === 'leave') return { kind: 'unchanged', column }
  if (plan.action === 'refuse') return refused(column, plan.reason)
  const { resolved, before, after, method } = plan
  if (options.dryRun) {
    return { kind: 'repaired', column: { ...column, before, after, method, note: null } }
  }
  try {
    const { method, note } = await repairColumn(session, resolved, options)
    let looked = await lookAgain(work, column)
    if (method === null) return { kind: 'unchanged', column: looked }
    // Rows with explicit ids may have come while it waited for a lock that it must not keep for another look.
    for (let times = 1; times < TIMES && looked.verdict === 'behind'; times += 1) {
      await repairColumn(session, resolved, options)
      looked = await lookAgain(work, column)
    }
    return {
      kind: 'repaired',
      column: { ...looked, before, after: looked.nextValue ?? after, method, note },
    }
  } catch (error) {
    return refused(column, failureReason(error, resolved, 'repair', options))
  }
}

/** Nothing that is still behind passes for unchanged: not even what its own repair could not see, as a default that names its sequence as text. */
async function confirm(work: Work, outcome: Outcome): Promise<Outcome> {
  const { kind, column } = outcome
  if (kind !== 'unchanged' || column.verdict === 'ok' || !isResolved(column)) return outcome
  try {
    const now = await lookAgain(work, column)
    if (now.verdict === 'ok') return { kind: 'unchanged', column: now }
    const reason = `Cannot repair ${columnName(column)}: ${String(now.reason)}. Run: typeorm-resync verify --table ${tableArgument(column)}`
    return refused(now, reason)
  } catch (error) {
    return refused(column, failureReason(error, column, 'repair', work.options))
  }
}

function refused(column: VerifiedColumn, reason: string): Outcome {
  return { kind: 'refused', column: { ...column, reason } }
}

/** Judges a column anew, with all that draw from its sequence. */
async function lookAgain(
  { session, server, columns: { selected, companions }, options }: Work,
  column: VerifiedColumn,
): Promise<VerifiedColumn> {
  const others = [...selected, ...companions].filter(
    (other) =>
      other.sequence?.oid === column.sequence?.oid && columnName(other) !== columnName(column),
  )
  const scope = { selected: [column], companions: others }
  const [now] = await assessColumns(session, scope, server.role, options)
  return { ...column, ...now }
}

function assertWritable({ database, inRecovery, readOnly }: Server): void {
  if (inRecovery) {
    throw new ReadOnlyError(
      `Cannot repair sequences of database "${database}": the server is a standby. Nothing was changed. Use the primary's --url.`,
    )
  }
  if (readOnly) {
    throw new ReadOnlyError(
      `Cannot repair sequences of database "${database}": the session is read only. Nothing was changed. Use a role without default_transaction_read_only.`,
    )
  }
}
