import { UsageError } from '../errors'
import { nearestNames } from '../suggestion'
import { labelOf, type FleetTarget } from './target'

/** Which databases, by their names: in a pattern * stands for any characters, and ? for one. */
export interface DatabasePatterns {
  /** Only those that one of these matches. Default: all. */
  readonly include?: readonly string[] | undefined
  /** None that one of these matches. Default: none. */
  readonly exclude?: readonly string[] | undefined
}

/**
 * Returns the targets whose databases are chosen.
 *
 * @throws {UsageError} when a pattern matches no database at all, which would be a slip of the hand, or none is left.
 */
export function chooseDatabases(
  targets: readonly FleetTarget[],
  { include, exclude = [] }: DatabasePatterns,
): FleetTarget[] {
  const names = targets.map((target) => labelOf(target).database)
  for (const pattern of [...(include ?? []), ...exclude]) {
    if (names.some((name) => matches(pattern, name))) continue
    throw new UsageError(
      `Cannot find a database that ${JSON.stringify(pattern)} matches.${nearestNames(pattern, names)} Nothing was changed.`,
    )
  }
  const chosen = targets.filter((_, index) => {
    const isMatch = (pattern: string) => matches(pattern, names[index] ?? '')
    return (include === undefined || include.some(isMatch)) && !exclude.some(isMatch)
  })
  if (chosen.length > 0) return chosen
  throw new UsageError(
    `Cannot choose a database: of ${String(targets.length)} none is left. Nothing was changed. Use other patterns.`,
  )
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('\\*', '.*')
    .replaceAll('\\?', '.')
  return new RegExp(`^${source}$`, 'su').test(name)
}
