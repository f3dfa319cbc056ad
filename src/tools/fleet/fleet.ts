import { connectPool } from '../db/connect'
import { withPool } from '../db/pool'
import type { Target } from '../db/session'
import { parseTableName } from '../db/table-name'
import { UsageError } from '../errors'
import { validated } from '../options/validated'
import {
  isComplete,
  journalOf,
  resyncWith,
  type Resync,
  type ResyncOptions,
} from '../sequences/resync'
import { verifySequences, type Verification, type VerifyOptions } from '../sequences/verify'
import { eachTarget, type TargetOutcome } from './each-target'
import { ResyncFleetRules, VerifyFleetRules } from './fleet-rules'
import { labelOf, type FleetTarget } from './target'

/** How a fleet is worked on. */
export interface FleetOptions {
  /** How many connections there may be at once, to all databases together. Default: 8. */
  readonly maxConnections?: number | undefined
}

/** How many connections one database is given, where `jobs` does not say. */
const JOBS = 2
/** And how many all of them, where `maxConnections` does not say. */
const MAX_CONNECTIONS = 8

/**
 * Does for each database what `verifySequences` does, several side by side: as many as `maxConnections` allows with `jobs` connections each (default: 2).
 * What one of them throws is its outcome, and stops no other.
 *
 * @throws {UsageError} when an option or a target's URL is wrong; before anything is connected.
 */
export async function verifyFleet(
  targets: readonly FleetTarget[],
  options: VerifyOptions & FleetOptions = {},
): Promise<TargetOutcome<Verification>[]> {
  const checked = validated(VerifyFleetRules, options)
  assertTargets(targets, checked)
  return onFleet(targets, checked, (target, each) => verifySequences(target, each))
}

/**
 * Does for each database what `resyncSequences` does, in the same way.
 *
 * @throws {UsageError} as above.
 */
export async function resyncFleet(
  targets: readonly FleetTarget[],
  options: ResyncOptions & FleetOptions = {},
): Promise<TargetOutcome<Resync>[]> {
  const checked = validated(ResyncFleetRules, options)
  assertTargets(targets, checked)
  const journal = journalOf(checked)
  const outcomes = await onFleet(targets, checked, (target, each) =>
    resyncWith(journal, target, each),
  )
  const isDone = outcomes.every((one) => one.state === 'done' && isComplete(one.result))
  if (isDone) journal?.remove()
  return outcomes
}

function assertTargets(targets: readonly FleetTarget[], { entities, tables }: VerifyOptions): void {
  if (entities) {
    throw new UsageError(
      'Cannot select an entity in a fleet: its databases are given by URL, and a URL knows no entities. Nothing was changed. Use --table [schema.]table.',
    )
  }
  for (const target of targets) labelOf(target)
  for (const table of tables ?? []) parseTableName(table)
}

function onFleet<O extends VerifyOptions, R>(
  targets: readonly FleetTarget[],
  options: O & FleetOptions,
  work: (target: Target, each: O) => Promise<R>,
): Promise<TargetOutcome<R>[]> {
  const { maxConnections = MAX_CONNECTIONS, onProgress, ...others } = options
  const jobs = Math.min(options.jobs ?? JOBS, maxConnections)
  // What is left is every option of O.
  const each = { ...others, jobs } as unknown as O
  return eachTarget(
    targets,
    Math.floor(maxConnections / jobs),
    ({ url, database }) =>
      withPool(
        () => connectPool(url, jobs, database),
        (pool) => work(pool, each),
      ),
    { signal: options.signal, onProgress },
  )
}
