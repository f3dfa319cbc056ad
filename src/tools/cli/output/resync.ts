import { repairSql } from '../../sequences/repair-sql'
import type { Resync } from '../../sequences/resync'
import type { RepairedColumn } from '../../sequences/settle'
import { jsonColumn, shortName } from './columns'

/** Returns a repair's fields in JSON; their names are a contract. */
export function jsonResync(resync: Resync, force?: boolean) {
  const { server, dryRun, repaired, unchanged, refused } = resync
  return {
    database: server.database,
    dryRun,
    repaired: repaired.map((column) => ({
      ...jsonColumn(column),
      before: String(column.before),
      after: String(column.after),
      method: column.method,
      note: column.note,
      ...(dryRun && { sql: repairSql({ ...column, force }) }),
    })),
    unchanged: unchanged.map(jsonColumn),
    refused: refused.map(jsonColumn),
    summary: resyncCounts(resync),
  }
}

/** Returns a sentence about each column that was refused, and each repair that could not do everything. */
export function refusalLines({ repaired, refused }: Resync): string[] {
  const notes = repaired.flatMap((column) =>
    column.note === null ? [] : [`Sequence behind ${shortName(column)}: ${column.note}`],
  )
  return [...refused.map(({ reason }) => reason), ...notes]
}

/** How many sequences were repaired, left and refused; of one run, or of several. */
export interface ResyncCounts {
  readonly repaired: number
  readonly unchanged: number
  readonly refused: number
}

/** Counts what was done. */
export function resyncCounts({ repaired, unchanged, refused }: Resync): ResyncCounts {
  return { repaired: repaired.length, unchanged: unchanged.length, refused: refused.length }
}

/** Returns the line that sums it up. */
export function resyncSummary(
  { repaired, unchanged, refused }: ResyncCounts,
  dryRun: boolean,
): string {
  return `${String(repaired)} ${dryRun ? 'to repair' : 'repaired'}, ${String(unchanged)} unchanged, ${String(refused)} refused.`
}

/** Returns the SQL of a repair between blank lines, as psql takes it. */
export function repairStatement(column: RepairedColumn, force?: boolean): string {
  return `\n${repairSql({ ...column, force })};\n`
}
