import { foreignEngine } from '../catalog/engine'
import { readIdentity } from '../catalog/identity'
import type { SequenceColumn } from '../catalog/sequence-column'
import type { Server } from '../catalog/server'
import { withLanes, type Lanes } from '../db/lanes'
import type { Target } from '../db/session'
import { ReadOnlyError, UsageError } from '../errors'
import { groupedBy } from '../grouped-by'
import { inTransaction } from '../db/transaction'
import { validated } from '../options/validated'
import type { CommandOptions } from './failure'
import { openJournal, type DatabaseJournal, type Journal } from './journal'
import { planRepair } from './plan'
import { inOrderOfNeed } from './order'
import { counting } from './progress'
import type { RepairLimits } from './repair'
import { ResyncRules } from './resync-rules'
import {
  confirm,
  refused,
  repairInTurn,
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
  /**
   * A file that keeps what was settled: where there is one, a run goes on from it, and passes over what is written there. It is removed when nothing
   * is left to do, and refused when it is a day old. Default: none is kept.
   */
  readonly resume?: string | undefined
}

/** What `resyncSequences` did. */
export interface Resync {
  readonly server: Server
  readonly dryRun: boolean
  readonly repaired: readonly RepairedColumn[]
  /** Not behind. */
  readonly unchanged: readonly VerifiedColumn[]
  readonly refused: readonly RefusedColumn[]
  /** Behind still: the signal was aborted before their turn. */
  readonly notBegun: readonly VerifiedColumn[]
  /** How many columns `resume` had as settled. They were not looked at. */
  readonly settledBefore: number
}

/**
 * Moves every selected sequence that is behind past its column, while writers write; one that is not behind is left alone. Those that are
 * furthest behind come first. Never moves a sequence back, and goes on where one column fails. A signal that is aborted while it repairs lets what was
 * begun come to its end, and the rest is `notBegun`.
 *
 * @throws {OutputError} when the file of `resume` cannot be read or written.
 * @throws {ReadOnlyError} when the server is a standby or the session read only, and it is no dry run.
 * @throws what `verifySequences` throws.
 */
export async function resyncSequences(
  target: Target,
  options: ResyncOptions = {},
): Promise<Resync> {
  const checked = validated(ResyncRules, options)
  const journal = journalOf(checked)
  const resync = await resyncWith(journal, target, checked)
  if (isComplete(resync)) journal?.remove()
  return resync
}

/** Does the same with a journal that the caller opened, and removes. */
export function resyncWith(
  journal: Journal | undefined,
  target: Target,
  options: ResyncOptions,
): Promise<Resync> {
  return withLanes(target, options.jobs ?? 1, (lanes) => resyncIn(lanes, target, options, journal))
}

/**
 * Opens the journal that the options name; undefined where they name none.
 *
 * @throws {UsageError} when it cannot be gone on with, or a dry run is asked for, which settles nothing.
 */
export function journalOf({ resume, dryRun, now }: ResyncOptions): Journal | undefined {
  if (resume === undefined) return undefined
  if (dryRun) {
    throw new UsageError(
      'Cannot use --resume with --dry-run: a dry run settles nothing. Use one of them.',
    )
  }
  return openJournal(resume, now?.() ?? new Date())
}

/** Tells whether nothing is left to do. */
export function isComplete({ refused, notBegun }: Resync): boolean {
  return refused.length + notBegun.length === 0
}

/** Does the same on sessions that the caller holds. */
export async function resyncIn(
  lanes: Lanes,
  target: Target,
  options: ResyncOptions & CommandOptions,
  journal?: Journal,
): Promise<Resync> {
  const asApply = { ...options, command: 'apply' } as const
  let here: DatabaseJournal | undefined
  let settledBefore = 0
  const { server, columns, verified } = await verifyIn(lanes, target, asApply, async (all, on) => {
    // Nothing is settled there.
    if (!journal || foreignEngine(on) !== null) return all
    const read = () => readIdentity(lanes.first)
    here = journal.of(await inTransaction(lanes.first, 'read only', options, read))
    const left = withoutSettled(all, here)
    settledBefore = all.selected.length - left.selected.length
    return left
  })
  const dryRun = options.dryRun ?? false
  if (!dryRun) assertWritable(server)
  const work: Work = { server, feeding: bySharedSequence(columns), options: asApply }
  const outcomes = await settleAll(work, lanes, verified, asApply, here)
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
    notBegun: verified.filter((column) => !outcomes.has(column)),
    settledBefore,
  }
}

/** What was settled is not looked at for its own sake, but for those that draw from its sequence. */
function withoutSettled({ selected, companions }: Columns, journal: DatabaseJournal): Columns {
  const left = selected.filter((column) => !journal.isSettled(column))
  const sequences = new Set(left.map(sequenceOid))
  const beside = selected.filter(
    (column) => journal.isSettled(column) && sequences.has(sequenceOid(column)),
  )
  return { selected: left, companions: [...companions, ...beside] }
}

async function settleAll(
  work: Work,
  lanes: Lanes,
  verified: readonly VerifiedColumn[],
  { dryRun, ...attended }: ResyncOptions,
  journal: DatabaseJournal | undefined,
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
  const isSettled = (column: VerifiedColumn) => {
    const outcome = outcomes.get(column)
    return outcome !== undefined && outcome.kind !== 'refused' && outcome.column.verdict === 'ok'
  }
  journal?.settle(verified.filter(isSettled))
  const count = counting('repair', repairs.length, attended)
  await lanes.each(
    inOrderOfNeed(repairs, lanes.most),
    async (session, { together, alone }) => {
      const settled = await repairTogether(work, session, together)
      for (const [index, { column }] of together.entries()) {
        const outcome = settled[index]
        if (outcome) outcomes.set(column, outcome)
      }
      const inTurn = await repairInTurn(work, session, alone)
      for (const [index, { column }] of alone.entries()) {
        const outcome = inTurn[index]
        if (outcome) outcomes.set(column, outcome)
      }
      const done = [...together, ...alone].map(({ column }) => column)
      journal?.settle(done.filter(isSettled))
      count(done.length)
    },
    { signal: attended.signal, laneOf: ({ lane }) => lane },
  )
  // What another column held against it may have been repaired with that.
  for (const [column, outcome] of outcomes)
    outcomes.set(column, await confirm(work, lanes.first, outcome))
  return outcomes
}

function bySharedSequence({ selected, companions }: Columns): Work['feeding'] {
  const feeds = groupedBy([...selected, ...companions], sequenceOid)
  return (column) => feeds.get(sequenceOid(column)) ?? []
}

function sequenceOid({ sequence }: SequenceColumn): string {
  return sequence?.oid ?? ''
}

/** @throws {ReadOnlyError} when the server is a standby, or its sessions read only. */
export function assertWritable({ database, inRecovery, readOnly }: Server): void {
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
