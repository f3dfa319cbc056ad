import type { Point } from './point'

/**
 * Takes points out until `most` are left: of those between the first and the last the one whose neighbours are nearest, measured by its age. So the old
 * become sparse. Where a sequence turned back is kept as long as there are others: it is evidence.
 */
export function thinned(points: Point[], most: number): void {
  while (points.length > Math.max(most, 2)) {
    const newest = points.at(-1)?.at.getTime() ?? 0
    const inner = points.slice(1, -1).map((_, index) => index + 1)
    const plain = inner.filter((index) => !turnsBack(points, index))
    let least = Infinity
    let worst = 1
    for (const index of plain.length > 0 ? plain : inner) {
      const said = span(points, index) / (newest - timeOf(points[index]) + 1)
      if (said >= least) continue
      least = said
      worst = index
    }
    points.splice(worst, 1)
  }
}

function span(points: readonly Point[], index: number): number {
  return timeOf(points[index + 1]) - timeOf(points[index - 1])
}

function timeOf(point: Point | undefined): number {
  return point?.at.getTime() ?? 0
}

/** Whether the values went up and then down around a point, or down and then up. */
function turnsBack(points: readonly Point[], index: number): boolean {
  const [before, at, after] = [-1, 0, 1].map((offset) => points[index + offset]?.nextValue ?? null)
  if (typeof before !== 'bigint' || typeof at !== 'bigint' || typeof after !== 'bigint')
    return false
  return (at > before && at > after) || (at < before && at < after)
}
