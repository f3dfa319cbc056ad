import { UsageError } from '../errors'
import { nearestNames } from '../suggestion'
import { labelOf, type FleetTarget } from './target'

/**
 * Which databases, by their names or those of their targets: in a pattern * stands for any characters, and ? for one. One that is such a name, or
 * `host:port/database`, as reports call a target, means that alone.
 */
export interface DatabasePatterns {
  /** Only those that one of these matches. Default: all. */
  readonly include?: readonly string[] | undefined
  /** None that one of these matches. Default: none. */
  readonly exclude?: readonly string[] | undefined
}

/** What a target is called. */
interface Called {
  readonly name: string | undefined
  readonly database: string
  /** As reports call it. */
  readonly label: string
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
  const all = targets.map(called)
  const meantBy = (patterns: readonly string[]) =>
    new Set(patterns.flatMap((one) => meant(one, all)))
  const included = include && meantBy(include)
  const excluded = meantBy(exclude)
  const chosen = targets.filter((_, index) => {
    const one = all[index]
    return one && (included?.has(one) ?? true) && !excluded.has(one)
  })
  if (chosen.length > 0) return chosen
  throw new UsageError(
    `Cannot choose a database: of ${String(targets.length)} none is left. Nothing was changed. Use other patterns.`,
  )
}

/** Returns a function that returns the pattern which means one of `targets` and no other: the name it was given, else the shortest that does. */
export function patternsFor(targets: readonly FleetTarget[]): (target: FleetTarget) => string {
  const all = targets.map(called)
  const taken = new Set(all.flatMap(({ name, label }) => name ?? label))
  const seen = new Set<string>()
  for (const { database } of all) {
    if (seen.has(database)) taken.add(database)
    else seen.add(database)
  }
  return (target) => {
    const { name, database, label } = called(target)
    return name ?? (taken.has(database) ? label : database)
  }
}

function called(target: FleetTarget): Called {
  const { target: server, database } = labelOf(target)
  return { name: target.name, database, label: `${server}/${database}` }
}

/** Returns what a pattern names, else all that it matches. */
function meant(pattern: string, all: readonly Called[]): readonly Called[] {
  const named = all.filter(({ name, label }) => pattern === name || pattern === label)
  if (named.length > 0) return named
  const exact = all.filter(({ database }) => pattern === database)
  if (exact.length > 0) return exact
  const isMatch = matcher(pattern)
  const matching = all.filter(
    ({ name, database }) => isMatch(database) || (name !== undefined && isMatch(name)),
  )
  if (matching.length > 0) return matching
  const names = all.flatMap(({ name, database }) => [
    database,
    ...(name === undefined ? [] : [name]),
  ])
  throw new UsageError(
    `Cannot find a database that ${JSON.stringify(pattern)} matches.${nearestNames(pattern, names)} Nothing was changed.`,
  )
}

function matcher(pattern: string): (name: string) => boolean {
  const source = pattern
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('\\*', '.*')
    .replaceAll('\\?', '.')
  const whole = new RegExp(`^${source}$`, 'su')
  return (name) => whole.test(name)
}
