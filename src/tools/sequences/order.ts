import { groupedBy } from '../grouped-by'
import { drawnTogether, isDrawn } from './draw'
import type { CommandOptions } from './failure'
import type { PlannedRepair } from './settle'

/** Repairs that one session makes: some by one statement, then each of the others by its own. */
export interface Share {
  readonly gap: bigint
  readonly together: readonly PlannedRepair[]
  readonly alone: readonly PlannedRepair[]
}

/** Returns the repairs, those of one sequence in one share, the furthest behind first. */
export function inOrderOfNeed(
  repairs: readonly PlannedRepair[],
  { alone }: CommandOptions,
): Share[] {
  const groups = [...groupedBy(repairs, ({ resolved }) => resolved.sequence.oid).values()]
  const isQuick = ([first, ...others]: PlannedRepair[]) =>
    !alone && others.length === 0 && first !== undefined && isDrawn(first)
  const quick = groups.filter(isQuick).flat().sort(furthestFirst)
  const slow = groups.filter((group) => !isQuick(group))
  return [
    ...drawnTogether(quick).map((together) => ({
      gap: together[0]?.gap ?? 0n,
      together,
      alone: [],
    })),
    ...slow.map((group) => ({ gap: group[0].gap, together: [], alone: group })),
  ].sort(furthestFirst)
}

function furthestFirst(one: { readonly gap: bigint }, other: { readonly gap: bigint }): number {
  if (one.gap === other.gap) return 0
  return one.gap > other.gap ? -1 : 1
}
