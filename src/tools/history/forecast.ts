import type { VerifiedColumn } from '../sequences/verify'
import type { Point } from './point'

/** How fast a sequence is used up, and until when. Null where it cannot be told. */
export interface Forecast {
  /** Values that are drawn in a day, on average. */
  readonly perDay: number | null
  /** Null also where nothing is drawn. */
  readonly daysLeft: number | null
  /** Null also where it is further away than dates go. */
  readonly exhaustedAt: Date | null
}

const DAY = 86_400_000

/** Less than this says nothing about a day. */
const LEAST_SPAN = 3_600_000

const UNTOLD: Forecast = { perDay: null, daysLeft: null, exhaustedAt: null }

/**
 * Returns when a column's sequence has no value left, at the average pace of `points` until now, with where it stands now as the last of them. Times in which
 * it went back, or began behind its column, do not count: what follows is a repair's jump, and draws nothing. Null where less than an hour counts.
 *
 * @param points - oldest first; those that are not before `now` are passed over
 */
export function forecast(column: VerifiedColumn, points: readonly Point[], now: Date): Forecast {
  const { sequence, end, verdict } = column
  if (!sequence || verdict === 'unknown') return UNTOLD
  // Exhausted already, whatever the pace was.
  if (column.nextValue === null) return { perDay: null, daysLeft: 0, exhaustedAt: now }
  const perDay = pace(
    [...points.filter(({ at }) => at < now), { ...column, at: now }],
    sequence.increment,
  )
  const next = standing(column, sequence.increment)
  if (perDay === null || end === null || next === null) return UNTOLD
  if (perDay === 0) return { perDay, daysLeft: null, exhaustedAt: null }
  const left = (end - next) / sequence.increment + 1n
  const daysLeft = left > 0n ? Number(left) / perDay : 0
  const exhaustedAt = new Date(now.getTime() + daysLeft * DAY)
  return {
    perDay,
    daysLeft,
    exhaustedAt: Number.isNaN(exhaustedAt.getTime()) ? null : exhaustedAt,
  }
}

/** Returns the values that were drawn in a day; null where too little time counts. */
function pace(points: readonly Point[], increment: bigint): number | null {
  let drawn = 0n
  let millis = 0
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]
    if (typeof before?.nextValue !== 'bigint' || point.nextValue === null) continue
    const values = (point.nextValue - before.nextValue) / increment
    if (values < 0n || isBehind(before, increment)) continue
    drawn += values
    millis += point.at.getTime() - before.at.getTime()
  }
  return millis < LEAST_SPAN ? null : (Number(drawn) * DAY) / millis
}

/** Tells whether the next value is one that the column holds, or comes before it. */
function isBehind({ nextValue, columnMax }: Point, increment: bigint): boolean {
  if (nextValue === null || columnMax === null) return false
  return increment > 0n ? nextValue <= columnMax : nextValue >= columnMax
}

/** Where it goes on: past what the column holds, once it is repaired. */
function standing({ nextValue, columnMax }: Omit<Point, 'at'>, increment: bigint): bigint | null {
  if (nextValue === null || columnMax === null) return nextValue
  const past = columnMax + increment
  return (increment > 0n ? past > nextValue : past < nextValue) ? past : nextValue
}
