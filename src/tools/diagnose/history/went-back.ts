import type { Sequence } from '../../catalog/sequence-column'
import type { Point } from '../../history/point'
import { columnName, sequenceName, tableArgument } from '../../sequences/names'
import { isPast } from '../../sequences/position'
import type { Cause } from '../cause'
import { columnFinder } from '../context'

/** Finds the sequences whose next value fell between two looks. */
export const historyFinder = columnFinder('the history', (column, { options }) => {
  const { sequence, nextValue, verdict } = column
  if (!sequence || !options.history || verdict !== 'behind') return Promise.resolve([])
  const now = { at: (options.now ?? (() => new Date()))(), nextValue, columnMax: null }
  const fall = lastFall(sequence, [...options.history.pointsOf(column), now])
  if (fall === null) return Promise.resolve([])
  const [before, after] = fall
  const cause: Cause = {
    kind: 'went-back',
    summary: `Sequence ${sequenceName(sequence)} went back, under the values that ${columnName(column)} holds.`,
    confidence: 'proven',
    evidence: [
      {
        source: 'history',
        text: `next value ${String(before.nextValue)} at ${before.at.toISOString()}, ${String(after.nextValue)} at ${after.at.toISOString()}${after === now ? ', this look' : ''}`,
      },
    ],
    remedy: `Find the setval, RESTART or restore between these moments: none may lower a sequence. Run: typeorm-resync apply --table ${tableArgument(column)}`,
  }
  return Promise.resolve([cause])
})

/** Returns the two points between which the next value last went back; null where it never did. A cycle's end is no fall of ours. */
export function lastFall(sequence: Sequence, points: readonly Point[]): [Point, Point] | null {
  const known = points.filter(({ nextValue }) => nextValue !== null)
  for (let index = known.length - 1; index > 0; index -= 1) {
    const [before, after] = [known[index - 1], known[index]]
    if (!before || !after || sequence.cycle) continue
    if (isPast(sequence, before.nextValue ?? 0n, after.nextValue ?? 0n)) return [before, after]
  }
  return null
}
