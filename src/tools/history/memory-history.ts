import type { VerifiedColumn } from '../sequences/verify'
import type { ColumnKey, History, Point } from './point'
import { thinned } from './thinned'

/** How much a history keeps. */
export interface HistoryLimits {
  /** Points of one column. Default: 200. */
  readonly pointsPerColumn?: number | undefined
  /** Points of all columns, of which there is room for ten each at least. Default: 500,000. */
  readonly points?: number | undefined
  /** Columns; of more, those that were seen last are kept. Default: 20,000. */
  readonly columns?: number | undefined
}

/** A point, and whose it is. */
export interface ColumnPoint {
  readonly column: ColumnKey
  readonly point: Point
}

const FEWEST_POINTS = 10

/** A history that forgets: of a column's points first those that say least, of many columns those that are gone. */
export class MemoryHistory implements History {
  /** In the order in which they were seen, the last at the end. */
  private readonly columns = new Map<string, { column: ColumnKey; points: Point[] }>()
  private readonly pointsPerColumn: number
  private readonly points: number
  private readonly mostColumns: number

  constructor({ pointsPerColumn = 200, points = 500_000, columns = 20_000 }: HistoryLimits = {}) {
    this.pointsPerColumn = pointsPerColumn
    this.points = points
    this.mostColumns = columns
  }

  pointsOf(column: ColumnKey): readonly Point[] {
    return this.columns.get(keyOf(column))?.points ?? []
  }

  /** Every point, by column. */
  *all(): Generator<ColumnPoint> {
    for (const { column, points } of this.columns.values()) {
      for (const point of points) yield { column, point }
    }
  }

  /** Takes in what a check found, and returns what is new in it. */
  record(at: Date, columns: readonly VerifiedColumn[]): ColumnPoint[] {
    return columns.flatMap(({ schema, table, column, nextValue, columnMax }) => {
      const added = { column: { schema, table, column }, point: { at, nextValue, columnMax } }
      return this.add(added) ? [added] : []
    })
  }

  /** Takes in a point, and tells whether it is a change. Of points that are the same, one after another, the first and the last are kept. */
  add({ column, point }: ColumnPoint): boolean {
    const key = keyOf(column)
    const points = this.columns.get(key)?.points ?? []
    this.columns.delete(key)
    this.columns.set(key, { column, points })
    this.forgetColumns()
    const last = points.at(-1)
    if (last && last.at > point.at) {
      // The clock was set back, or lines of a file are out of order.
      points.splice(
        points.findIndex(({ at }) => at > point.at),
        0,
        point,
      )
    } else {
      const beforeLast = points.at(-2)
      if (last && beforeLast && isSame(last, beforeLast) && isSame(last, point)) points.pop()
      points.push(point)
    }
    const room = Math.floor(this.points / this.columns.size)
    thinned(points, Math.min(this.pointsPerColumn, Math.max(FEWEST_POINTS, room)))
    return !last || !isSame(last, point)
  }

  private forgetColumns(): void {
    for (const oldest of this.columns.keys()) {
      if (this.columns.size <= this.mostColumns) return
      this.columns.delete(oldest)
    }
  }
}

function isSame(one: Point, other: Point): boolean {
  return one.nextValue === other.nextValue && one.columnMax === other.columnMax
}

function keyOf({ schema, table, column }: ColumnKey): string {
  return JSON.stringify([schema, table, column])
}
