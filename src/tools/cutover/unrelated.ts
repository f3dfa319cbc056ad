import { UsageError } from '../errors'
import type { Match } from './match'
import type { Side } from './side'

/**
 * Makes sure that the two databases have something in common: against a database of something else, every sequence of the target would be its own, and so be ok.
 *
 * @throws {UsageError} when the target's sequences were looked at, and not one takes the place of the source's.
 */
export function assertRelated(
  matches: readonly Match[],
  target: Pick<Side, 'server'>,
  source: Pick<Side, 'server' | 'sequences'>,
): void {
  const looked = matches.filter((match) => match.target !== null)
  // A column that is in both is in common, too, though what feeds it there is not known.
  const isRelated = looked.some((match) => match.source !== null || match.obscure !== null)
  if (looked.length === 0 || isRelated) return
  throw new UsageError(
    `Cannot compare the sequences of ${database(target)} with those of the source, ${database(source)}: not one of the target's that were looked at (${String(looked.length)}) takes the place of one of the source's (${String(source.sequences.length)}), by its column or by its name. Nothing was changed. Check that the source is the database that is moved away from, and that schemas, tables and sequences have the same names in both.`,
  )
}

function database({ server }: Pick<Side, 'server'>): string {
  return `database "${server.database}" (role "${server.role}")`
}
