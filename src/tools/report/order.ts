import type { Verdict } from '../sequences/verdict'
import { collisionOf } from './collision'
import type { ReportColumn } from './report'

const RANK: Readonly<Record<Verdict, number>> = { behind: 0, unknown: 1, ok: 2 }

/**
 * Returns the columns, the worst first: those that are behind, of them those whose first insert fails soonest; then unknown ones; then ok, faulty ones and
 * those with the least of their range left before the others.
 */
export function worstFirst<Column extends ReportColumn>(columns: readonly Column[]): Column[] {
  const keyed = columns.map((column) => ({ column, key: badness(column), name: nameOf(column) }))
  keyed.sort((a, b) => {
    for (const [index, one] of a.key.entries()) {
      const difference = one - (b.key[index] ?? 0)
      if (difference !== 0) return difference
    }
    if (a.name === b.name) return 0
    return a.name < b.name ? -1 : 1
  })
  return keyed.map(({ column }) => column)
}

/** Numbers to compare in turn; less is worse. Huge values lose digits here, which only decides between neighbours. */
function badness(column: ReportColumn): number[] {
  const { verdict, nextValue, gap, headroom, faults } = column
  const draws = collisionOf(column)?.draws ?? null
  return [
    RANK[verdict],
    verdict === 'behind' && nextValue === null ? 0 : 1,
    verdict === 'ok' && faults.length > 0 ? 0 : 1,
    draws === null ? Number.MAX_VALUE : Number(draws),
    gap === null ? 0 : -Number(gap),
    headroom ?? 100,
  ]
}

function nameOf({ schema, table, column }: ReportColumn): string {
  return JSON.stringify([schema, table, column])
}
