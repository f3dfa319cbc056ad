import { UnknownEntityError } from '../errors'
import { nearestNames } from '../suggestion'

/**
 * Returns those of `known` whose entity is named, in the order of the names.
 *
 * @throws {UnknownEntityError} for a name that none has; the nearest are offered.
 */
export function selectEntities<T extends { readonly entity: string }>(
  known: readonly T[],
  names: readonly string[],
): T[] {
  return names.flatMap((name) => {
    const found = known.filter(({ entity }) => entity === name)
    if (found.length > 0) return found
    throw new UnknownEntityError(
      `Cannot find entity "${name}" in the DataSource.${nearestNames(
        name,
        known.map(({ entity }) => entity),
      )} Nothing was changed.`,
    )
  })
}
