import type { Server } from '../catalog/server'
import { withLanes, type Lanes } from '../db/lanes'
import { withSession, type Target } from '../db/session'
import { groupedBy } from '../grouped-by'
import { validated } from '../options/validated'
import { drawnTogether, isDrawn } from '../sequences/draw'
import type { CommandOptions } from '../sequences/failure'
import { counting, type Attended } from '../sequences/progress'
import type { RepairLimits } from '../sequences/repair'
import type { Method } from '../sequences/repair-sql'
import { assertWritable } from '../sequences/resync'
import { carryOut, carryOutTogether, raiseStatement, type Done } from './carry-out'
import { assertTwo, type CompareOptions } from './compare'
import { judgeReading, type ComparedSequence } from './compared'
import { planRaise, type Raise, type RaisePlan } from './plan-raise'
import { readBoth } from './readings'
import { RaiseRules } from './rules'

/** Which sequences to raise, how far, and within which limits. */
export interface RaiseOptions extends CompareOptions, RepairLimits {
  /** How many values each sequence of the source may still give after it was read. Default: 1000n. */
  readonly headroom?: bigint | undefined
  /** Plans, and changes nothing. Default: false. */
  readonly dryRun?: boolean | undefined
}

/** A sequence that was raised; in a dry run, that would be. */
export interface RaisedSequence extends ComparedSequence {
  /** The next value before, and after. */
  readonly before: bigint
  readonly after: bigint
  readonly method: Method
  /** The statement that would raise it, in a dry run; else null. */
  readonly sql: string | null
}

/** A sequence that was left as it was, and why. */
export interface RefusedSequence extends ComparedSequence {
  readonly reason: string
}

/** What `raiseSequences` did. */
export interface Raising {
  readonly target: Server
  readonly source: Server
  readonly dryRun: boolean
  readonly headroom: bigint
  readonly raised: readonly RaisedSequence[]
  /** Far enough already. */
  readonly unchanged: readonly ComparedSequence[]
  readonly refused: readonly RefusedSequence[]
  /** To be raised still: the signal was aborted before their turn. */
  readonly notBegun: readonly ComparedSequence[]
}

/** Enough for what a sequence of average use gives between its reading and the switch, and few ids to skip. */
// No literal: projects that target less than ES2020 compile against this.
export const DEFAULT_HEADROOM = BigInt(1_000)

interface Planned {
  readonly sequence: ComparedSequence
  readonly plan: RaisePlan
}

/**
 * Raises the target's sequences to the source's next value and `headroom` values more, and past what the target's own columns hold; a descending one goes down. Never moves a
 * sequence back, nor beyond its range or its columns' types: one that does not fit is refused, with the reason, and stops no other. The source is only read, at one
 * moment: what it gives after that is what the headroom is for.
 *
 * @param target - the new database, which is written to; writers may be at work there
 * @param source - the old one; a standby will do, and one that takes no writes any more
 * @throws {ReadOnlyError} when the target is a standby or its session read only, and it is no dry run.
 * @throws what `compareSequences` throws.
 */
export async function raiseSequences(
  target: Target,
  source: Target,
  options: RaiseOptions = {},
): Promise<Raising> {
  const { headroom = DEFAULT_HEADROOM, dryRun = false, ...given } = validated(RaiseRules, options)
  const checked = { ...given, headroom, command: 'apply' } as const
  assertTwo(target, source)
  return withLanes(target, checked.jobs ?? 1, (lanes) =>
    withSession(source, async (from) => {
      const read = await readBoth(lanes, target, from, checked)
      if (!dryRun) assertWritable(read.target)
      const planned = read.readings.map((reading) => ({
        sequence: judgeReading(reading),
        plan: planRaise(reading, read.target.role, checked),
      }))
      const done = dryRun ? planOnly(planned) : await raiseAll(lanes, planned, checked)
      const both = { source: read.source, target: read.target }
      return { ...both, dryRun, headroom, ...sorted(planned, done, dryRun ? checked : null) }
    }),
  )
}

async function raiseAll(
  lanes: Lanes,
  planned: readonly Planned[],
  options: CommandOptions & RepairLimits & Attended,
): Promise<Map<RaisePlan, Done>> {
  const done = new Map<RaisePlan, Done>()
  const raises = planned.flatMap(({ plan }) => (plan.action === 'raise' ? [plan] : []))
  const count = counting('repair', raises.length, options)
  await lanes.each(
    shares(raises),
    async (session, { together, alone }) => {
      const drawn = together.length > 0 ? await carryOutTogether(session, together, options) : []
      for (const [index, raise] of together.entries()) {
        const outcome = drawn[index]
        if (outcome) done.set(raise, outcome)
      }
      for (const raise of alone) done.set(raise, await carryOut(session, raise, options))
      count(together.length + alone.length)
    },
    { signal: options.signal },
  )
  return done
}

/** What one session does at a time. */
interface Share {
  readonly together: readonly Raise[]
  readonly alone: readonly Raise[]
}

/** Those of one sequence one after another: the first may do what the others want. */
function shares(raises: readonly Raise[]): Share[] {
  const groups = [...groupedBy(raises, ({ resolved }) => resolved.sequence.oid).values()]
  const isQuick = ([first, ...others]: readonly Raise[]) =>
    others.length === 0 && first !== undefined && isDrawn(first)
  const quick = drawnTogether(groups.filter(isQuick).flat())
  const slow = groups.filter((group) => !isQuick(group))
  return [
    ...quick.map((together) => ({ together, alone: [] })),
    ...slow.map((alone) => ({ together: [], alone })),
  ]
}

function planOnly(planned: readonly Planned[]): Map<RaisePlan, Done> {
  return new Map(
    planned.flatMap(({ plan }) =>
      plan.action === 'raise' ? [[plan, { ...plan, kind: 'raised', note: null }]] : [],
    ),
  )
}

/** @param limits - of the statements, where these are to be shown */
function sorted(
  planned: readonly Planned[],
  done: ReadonlyMap<RaisePlan, Done>,
  limits: RepairLimits | null,
): Pick<Raising, 'raised' | 'unchanged' | 'refused' | 'notBegun'> {
  const raised: RaisedSequence[] = []
  const unchanged: ComparedSequence[] = []
  const refused: RefusedSequence[] = []
  const notBegun: ComparedSequence[] = []
  for (const { sequence, plan } of planned) {
    const outcome = plan.action === 'raise' ? done.get(plan) : plan
    if (!outcome) notBegun.push(sequence)
    else if ('reason' in outcome) refused.push({ ...sequence, reason: outcome.reason })
    else if (plan.action !== 'raise' || !('after' in outcome)) unchanged.push(sequence)
    else {
      const { after, method, note } = outcome
      const sql = limits && raiseStatement(plan, limits)
      raised.push({ ...sequence, before: plan.before, after, method, note, sql })
    }
  }
  return { raised, unchanged, refused, notBegun }
}
