import type { SequenceColumn } from '../catalog/sequence-column'
import type { Server } from '../catalog/server'
import { withLanes, type Lanes } from '../db/lanes'
import type { Target } from '../db/session'
import { ReadOnlyError } from '../errors'
import { groupedBy } from '../grouped-by'
import { validated } from '../options/validated'
import { drawnTogether, isDrawn } from './draw'
import type { CommandOptions } from './failure'
import { planRepair } from './plan'
import type { RepairLimits } from './repair'
import { ResyncRules } from './resync-rules'
import {
  confirm,
  refused,
  repairOne,
  repairTogether,
  type Outcome,
  type PlannedRepair,
  type RefusedColumn,
  type RepairedColumn,
  type Work,
} from './settle'
import { verifyIn, type Columns, type VerifiedColumn, type VerifyOptions } from './verify'

/** What to repair, within which limits. */
export interface ResyncOptions extends VerifyOptions, RepairLimits {
  /** Plans, and changes nothing. Default: false. */
  readonly dryRun?: boolean | undefined
}

/** What `resyncSequences` did. */
export interface Resync {
  readonly server: Server
  readonly dryRun: boolean
  readonly repaired: readonly RepairedColumn[]
  /** Not behind. */
  readonly unchanged: readonly VerifiedColumn[]
  readonly refused: readonly RefusedColumn[]
}

/**
 * Moves every selected sequence that is behind past its column, while writers write; one that is not behind is left alone. Those that are
 * furthest behind come first. Never moves a sequence back, and goes on where one column fails.
 *
 * @throws {ReadOnlyError} when the server is a standby or the session read only, and it is no dry run.
 * @throws what `verifySequences` throws.
 */
export async function resyncSequences(
  target: Target,
  options: ResyncOptions = {},
): Promise<Resync> {
  const checked = validated(ResyncRules, options)
  return withLanes(target, checked.jobs ?? 1, (lanes) => resyncIn(lanes, target, checked))
}

/** Does the same on sessions that the caller holds. */
export async function resyncIn(
  lanes: Lanes,
  target: Target,
  options: ResyncOptions & CommandOptions,
): Promise<Resync> {
  const asApply = { ...options, command: 'apply' } as const
  const { server, columns, verified } = await verifyIn(lanes, target, asApply)
  const dryRun = options.dryRun ?? false
  if (!dryRun) assertWritable(server)
  const work: Work = { server, feeding: bySharedSequence(columns), options: asApply }
  const outcomes = await settleAll(work, lanes, verified, dryRun)
  const of = <K extends Outcome['kind']>(kind: K) =>
    verified.flatMap((column) => {
      const outcome = outcomes.get(column)
      return outcome?.kind === kind
        ? [outcome.column as Extract<Outcome, { kind: K }>['column']]
        : []
    })
  return {
    server,
    dryRun,
    repaired: of('repaired'),
    unchanged: of('unchanged'),
    refused: of('refused'),
  }
}

async function settleAll(
  work: Work,
  lanes: Lanes,
  verified: readonly VerifiedColumn[],
  dryRun: boolean,
): Promise<Map<VerifiedColumn, Outcome>> {
  const outcomes = new Map<VerifiedColumn, Outcome>()
  const repairs: PlannedRepair[] = []
  for (const column of verified) {
    const plan = planRepair(column, work.server.role, work.options)
    if (plan.action === 'leave') outcomes.set(column, { kind: 'unchanged', column })
    else if (plan.action === 'refuse') outcomes.set(column, refused(column, plan.reason))
    else if (!dryRun) repairs.push({ ...plan, column })
    else {
      const { before, after, method } = plan
      outcomes.set(column, {
        kind: 'repaired',
        column: { ...column, before, after, method, note: null },
      })
    }
  }
  await lanes.each(inOrderOfNeed(repairs, work.options), async (session, { together, alone }) => {
    const settled = await repairTogether(work, session, together)
    for (const [index, { column }] of together.entries()) {
      const outcome = settled[index]
      if (outcome) outcomes.set(column, outcome)
    }
    // One after another: the first may repair what the others, of the same sequence, lack.
    for (const plan of alone) outcomes.set(plan.column, await repairOne(work, session, plan))
  })
  // What another column held against it may have been repaired with that.
  for (const [column, outcome] of outcomes)
    outcomes.set(column, await confirm(work, lanes.first, outcome))
  return outcomes
}

/** Repairs that one session makes: some by one statement, then each of the others by its own. */
interface Share {
  readonly gap: bigint
  readonly together: readonly PlannedRepair[]
  readonly alone: readonly PlannedRepair[]
}

/** Returns the repairs, those of one sequence in one share, the furthest behind first. */
function inOrderOfNeed(repairs: readonly PlannedRepair[], { alone }: CommandOptions): Share[] {
  const groups = [...groupedBy(repairs, ({ resolved }) => resolved.sequence.oid).values()]
  const isQuick = ([first, ...others]: PlannedRepair[]) =>
    !alone && others.length === 0 && first !== undefined && isDrawn(first)
  const quick = groups.filter(isQuick).flat().sort(furthestFirst)
  const slow = groups.filter((group) => !isQuick(group))
  return [
    ...drawnTogether(quick).map((together) => ({
      gap: together[0]?.gap ?? 0n,
      together,
      alone: [],
    })),
    ...slow.map((group) => ({ gap: group[0].gap, together: [], alone: group })),
  ].sort(furthestFirst)
}

function furthestFirst(one: { readonly gap: bigint }, other: { readonly gap: bigint }): number {
  if (one.gap === other.gap) return 0
  return one.gap > other.gap ? -1 : 1
}

function bySharedSequence({ selected, companions }: Columns): Work['feeding'] {
  const feeds = groupedBy([...selected, ...companions], sequenceOid)
  return (column) => feeds.get(sequenceOid(column)) ?? []
}

function sequenceOid({ sequence }: SequenceColumn): string {
  return sequence?.oid ?? ''
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
