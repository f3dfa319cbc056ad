import type { Server } from '../catalog/server'
import { withSession, type Session, type Target } from '../db/session'
import { ReadOnlyError } from '../errors'
import { failureReason } from './failure'
import { planRepair, type Method, type PlanLimits } from './plan'
import { repairColumn } from './repair'
import { assessColumns, verifyIn, type VerifiedColumn, type VerifyOptions } from './verify'

/** What to repair, within which limits. */
export interface ResyncOptions extends VerifyOptions, PlanLimits {
  /** Plans, and changes nothing. Default: false. */
  readonly dryRun?: boolean | undefined
}

/** A sequence that was moved; in a dry run, that would be. */
export type RepairedColumn = VerifiedColumn & {
  /** The next value before, and after. */
  readonly before: bigint
  readonly after: bigint
  readonly method: Method
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
  return withSession(target, async (session) => {
    const { server, columns } = await verifyIn(session, target, options)
    const dryRun = options.dryRun ?? false
    if (!dryRun) assertWritable(server)
    const outcomes: Outcome[] = []
    for (const column of columns) outcomes.push(await settle(session, server, column, options))
    return {
      server,
      dryRun,
      repaired: outcomes.flatMap((outcome) =>
        outcome.kind === 'repaired' ? [outcome.column] : [],
      ),
      unchanged: outcomes.flatMap((outcome) =>
        outcome.kind === 'unchanged' ? [outcome.column] : [],
      ),
      refused: outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [outcome.column] : [])),
    }
  })
}

async function settle(
  session: Session,
  server: Server,
  column: VerifiedColumn,
  options: ResyncOptions,
): Promise<Outcome> {
  const plan = planRepair(column, server.role, options)
  if (plan.action === 'leave') return { kind: 'unchanged', column }
  if (plan.action === 'refuse')
    return { kind: 'refused', column: { ...column, reason: plan.reason } }
  const { resolved, before, after, method } = plan
  if (options.dryRun) return { kind: 'repaired', column: { ...column, before, after, method } }
  try {
    const done = await repairColumn(session, resolved, options)
    const [now] = await assessColumns(session, [resolved], server.role, options)
    const looked: VerifiedColumn = { ...column, ...now }
    if (done === null) return { kind: 'unchanged', column: looked }
    return {
      kind: 'repaired',
      column: { ...looked, before, after: looked.nextValue ?? after, method: done },
    }
  } catch (error) {
    return {
      kind: 'refused',
      column: { ...column, reason: failureReason(error, resolved, 'apply', options) },
    }
  }
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
