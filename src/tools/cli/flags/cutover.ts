import { UsageError } from '../../errors'
import { readFailOn } from '../fail-on'
import type { ApplyFlags } from './apply'
import { isFleet, type FleetFlags } from './fleet'
import type { VerifyFlags } from './verify'

/**
 * Tells whether another database is named to raise the sequences from.
 *
 * @throws {UsageError} when options are given that do not go together.
 */
export function isFrom(flags: ApplyFlags): flags is ApplyFlags & { readonly from: string } {
  if (flags.from !== undefined) {
    if (flags.resume === undefined) return true
    throw new UsageError(
      'Cannot use --resume with --from: the source goes on, so each run reads it anew. Run it again without --resume.',
    )
  }
  if (flags.headroom === undefined) return false
  throw new UsageError(
    'Cannot use --headroom without --from: it is what the database that is replaced may still give. Use --headroom with --from URL.',
  )
}

/** @throws {UsageError} when many databases are named: one is replaced by one. */
export function assertOneTarget(flags: FleetFlags, option: '--from' | '--against'): void {
  if (!isFleet(flags)) return
  throw new UsageError(
    `Cannot use ${option} with ${flags.targets === undefined ? '--all-databases' : '--targets'}: it names one database, which one other replaces. Nothing was changed. Run it for each of them.`,
  )
}

/** @throws {UsageError} when a database is to be compared with another, for a monitor. */
export function assertNotCompared({ against, format }: VerifyFlags): void {
  if (against === undefined || format === 'table' || format === 'json') return
  throw new UsageError(
    `Cannot use --format ${format} with --against: it tells of one database. Use --format json.`,
  )
}

/** @throws {UsageError} when it is asked to fail on what a comparison does not tell. */
export function comparisonFailOn({ failOn }: VerifyFlags) {
  const read = readFailOn(failOn)
  if (read.fault || read.headroom !== undefined) {
    throw new UsageError(
      `Cannot use --fail-on ${failOn} with --against: it takes behind and unknown. Run verify without --against for the others.`,
    )
  }
  return read
}
