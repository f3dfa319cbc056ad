import { laneFor } from '../db/lanes'
import { groupedBy } from '../grouped-by'
import { drawnTogether, isDrawn } from './draw'
import type { PlannedRepair } from './settle'

/** Repairs that one session makes: some by one statement, then each of the others by its own. */
export interface Share {
  readonly gap: bigint
  /** Which session read them. */
  readonly lane: number
  readonly together: readonly PlannedRepair[]
  readonly alone: readonly PlannedRepair[]
}

/** Returns the repairs, those of one sequence in one share, the furthest behind first. */
export function inOrderOfNeed(repairs: readonly PlannedRepair[], lanes: number): Share[] {
  const groups = [...groupedBy(repairs, ({ resolved }) => resolved.sequence.oid).values()]
  const isQuick = ([first, ...others]: PlannedRepair[]) =>
    others.length === 0 && first !== undefined && isDrawn(first)
  const quick = groups.filter(isQuick).flat().sort(furthestFirst)
  const slow = groups.filter((group) => !isQuick(group))
  const laneOf = ({ resolved }: PlannedRepair) => laneFor(resolved.sequence.oid, lanes)
  const drawn = [...groupedBy(quick, laneOf)].flatMap(([lane, ofLane]) =>
    drawnTogether(ofLane).map((together) => ({
      gap: together[0]?.gap ?? 0n,
      lane,
      together,
      alone: [],
    })),
  )
  const single = slow.map((group) => ({
    gap: group[0].gap,
    lane: laneOf(group[0]),
    together: [],
    alone: group,
  }))
  return [...drawn, ...single].sort(furthestFirst)
}

function furthestFirst(one: { readonly gap: bigint }, other: { readonly gap: bigint }): number {
  if (one.gap === other.gap) return 0
  return one.gap > other.gap ? -1 : 1
}
