import { tableArgument } from '../sequences/names'
import { planRepair } from '../sequences/plan'
import { repairedColumn, repairSql } from '../sequences/repair-sql'
import type { ReportColumn } from './report'

/** What repairs a column, or why nothing does. */
export type Fix =
  | {
      readonly command: string
      /** What stands in the SQL for this column alone, and between which two of `Repairs` parts. */
      readonly target: string
      readonly around: number
      readonly method: string
      readonly after: string
    }
  | { readonly refusal: string }

/** The SQL of repairs: the text is 8 kB a column and the same but for two names, so a page carries what they share once. */
export interface Repairs {
  /** What stands before and after a column's own part. */
  readonly parts: readonly (readonly [before: string, after: string])[]
  /** Returns what repairs a column; null where nothing is to be done. */
  fixOf(column: ReportColumn): Fix | null
}

/** Returns the repairs that a role would make: those that `apply` makes. */
export function repairsFor(role: string): Repairs {
  const parts: (readonly [string, string])[] = []
  const known = new Map<string, number>()
  return {
    parts,
    fixOf(column) {
      if (column.verdict !== 'behind') return null
      const plan = planRepair(column, role)
      if (plan.action !== 'repair')
        return plan.action === 'refuse' ? { refusal: plan.reason } : null
      const target = repairedColumn(column)
      const sql = `${repairSql(column)};`
      const start = sql.indexOf(target)
      const around = [sql.slice(0, start), sql.slice(start + target.length)] as const
      const key = around.join('\0')
      const index = known.get(key) ?? parts.push(around) - 1
      known.set(key, index)
      return {
        command: `npx typeorm-resync apply --table ${tableArgument(column)}`,
        target,
        around: index,
        method: plan.method,
        after: String(plan.after),
      }
    },
  }
}
