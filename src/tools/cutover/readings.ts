import { foreignEngine } from '../catalog/engine'
import type { Lanes } from '../db/lanes'
import type { Session, Target } from '../db/session'
import type { Server } from '../catalog/server'
import { verifyIn, type VerifyOptions } from '../sequences/verify'
import type { CommandOptions } from '../sequences/failure'
import type { Reading } from './compared'
import { matchSequences } from './match'
import { isSameDatabase, sameDatabase } from './same-database'
import { readSide, readStandings } from './side'
import { assertRelated } from './unrelated'

/** What was read of both databases. */
export interface Readings {
  readonly source: Server
  readonly target: Server
  readonly checkedAt: Date
  readonly readings: readonly Reading[]
}

/**
 * Reads the sequences of both databases, and which takes the place of which. The source's positions are read last: what it draws from then on is what headroom is for.
 *
 * @throws {UsageError} when the source is the target, or nothing of the target corresponds to anything of the source.
 */
export async function readBoth(
  lanes: Lanes,
  target: Target,
  from: Session,
  options: VerifyOptions & CommandOptions,
): Promise<Readings> {
  const { first } = lanes
  const source = await readSide(from, 'source', options)
  const own = await readSide(first, 'target', options)
  const isForeign = [source, own].some(({ server }) => foreignEngine(server) !== null)
  // Another engine may grant such a lock to both. It is not written to.
  if (!isForeign && (await isSameDatabase(from, first, options))) {
    throw sameDatabase(own.server, source.server)
  }
  const { server, verified, checkedAt } = await verifyIn(lanes, target, options)
  const { schemas, tables, entities } = options
  const tablesOnly = tables !== undefined || entities !== undefined
  const matches = matchSequences(own, source, { verified, schemas, tablesOnly })
  assertRelated(matches, own, source)
  const of = (side: 'source' | 'target') => [
    ...new Set(matches.flatMap((match) => match[side] ?? [])),
  ]
  const stands = await readStandings(first, own, of('target'), options)
  const theirs = await readStandings(from, source, of('source'), options)
  return {
    source: source.server,
    target: server,
    checkedAt,
    readings: matches.map((match) => ({
      match,
      source: theirs.get(match.source?.oid ?? '') ?? null,
      target: stands.get(match.target?.oid ?? '') ?? null,
    })),
  }
}
