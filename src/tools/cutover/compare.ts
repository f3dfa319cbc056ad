import type { Server } from '../catalog/server'
import { withLanes } from '../db/lanes'
import { withSession, type Target } from '../db/session'
import { UsageError } from '../errors'
import { validated } from '../options/validated'
import type { VerifyOptions } from '../sequences/verify'
import { judgeReading, type ComparedSequence } from './compared'
import { readBoth } from './readings'
import { CompareRules } from './rules'

/** Which sequences to compare, and how long to wait. Columns are selected by their names in the target. */
export type CompareOptions = VerifyOptions

/** What `compareSequences` found. */
export interface Comparison {
  readonly target: Server
  readonly source: Server
  readonly checkedAt: Date
  readonly sequences: readonly ComparedSequence[]
}

/**
 * Compares the sequences of one database with those of another whose place it is to take: a subscriber's with its publisher's, a new server's with the old one's. Only
 * reads, on both, and consumes no value. The source may be a standby, and may take no writes; it is read at one moment, and goes on.
 *
 * @param target - the new database, whose sequences are judged
 * @param source - the old one
 * @throws {UsageError} when an option is wrong, both are the same database, or nothing that was looked at in the one corresponds to anything of the other.
 * @throws what `verifySequences` throws, of either.
 */
export async function compareSequences(
  target: Target,
  source: Target,
  options: CompareOptions = {},
): Promise<Comparison> {
  const checked = validated(CompareRules, options)
  assertTwo(target, source)
  return withLanes(target, checked.jobs ?? 1, (lanes) =>
    withSession(source, async (from) => {
      const { readings, ...both } = await readBoth(lanes, target, from, checked)
      return { ...both, sequences: readings.map(judgeReading) }
    }),
  )
}

/** @throws {UsageError} when both are one connection, or one pool: the second would be waited for while the first is held. */
export function assertTwo(target: Target, source: Target): void {
  if (target !== source) return
  throw new UsageError(
    'Cannot compare the sequences of a database with themselves: the source is the target. Nothing was changed. Name the server that is moved away from as the source.',
  )
}
