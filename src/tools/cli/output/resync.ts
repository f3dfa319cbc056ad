import { ResyncError } from '../../errors'
import { repairSql } from '../../sequences/repair-sql'
import type { Resync } from '../../sequences/resync'
import type { RepairedColumn } from '../../sequences/settle'
import { shellWord } from '../../sequences/names'
import type { VerifiedColumn } from '../../sequences/verify'
import type { Terminal } from '../terminal'
import { jsonColumn, shortName, type Runnable } from './columns'
import { counted } from './counted'
import { printable } from './printable'

/** Returns a repair's fields in JSON; their names are a contract. */
export function jsonResync(resync: Resync, force?: boolean, runnable?: Runnable) {
  const { server, dryRun, repaired, unchanged, refused, notBegun } = resync
  const json = (column: VerifiedColumn) => jsonColumn(column, runnable)
  return {
    database: server.database,
    dryRun,
    repaired: repaired.map((column) => ({
      ...json(column),
      before: String(column.before),
      after: String(column.after),
      method: column.method,
      note: column.note,
      ...(dryRun && { sql: repairSql({ ...column, force }) }),
    })),
    unchanged: unchanged.map(json),
    refused: refused.map(json),
    notBegun: notBegun.map(json),
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
  readonly notBegun: number
  readonly settledBefore: number
}

/** Counts what was done. */
export function resyncCounts(resync: Resync): ResyncCounts {
  const { repaired, unchanged, refused, notBegun, settledBefore } = resync
  return {
    repaired: repaired.length,
    unchanged: unchanged.length,
    refused: refused.length,
    notBegun: notBegun.length,
    settledBefore,
  }
}

/** Returns the line that sums it up. */
export function resyncSummary(
  { repaired, unchanged, refused, notBegun, settledBefore }: ResyncCounts,
  dryRun: boolean,
): string {
  const stopped = notBegun === 0 ? '' : `, ${String(notBegun)} not begun`
  const earlier = settledBefore === 0 ? '' : ` ${String(settledBefore)} were settled before.`
  return `${String(repaired)} ${dryRun ? 'to repair' : 'repaired'}, ${String(unchanged)} unchanged, ${String(refused)} refused${stopped}.${earlier}`
}

/** Says on stderr what to run next where a run was stopped. */
export function reportUnfinished(
  terminal: Terminal,
  { notBegun }: Pick<ResyncCounts, 'notBegun'>,
  { resume }: { readonly resume?: string },
): void {
  if (notBegun === 0) return
  const stopped = `Stopped: ${counted(notBegun, 'sequence')} still behind. Run it again.`
  terminal.err(printable(againWith(resume)(stopped)))
}

/** Returns what adds to `Run it again.` at the end of a sentence the file from which the run goes on. */
export function againWith(resume: string | undefined): Runnable {
  if (resume === undefined) return (sentence) => sentence
  return (sentence) =>
    sentence.replace(/Run it again\.$/, () => `Run it again with --resume ${shellWord(resume)}.`)
}

/** Gives the error of a run whose journal says how to go on that command, too. */
export async function resumable<T>(
  { resume }: { readonly resume?: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ResyncError) error.message = againWith(resume)(error.message)
    throw error
  }
}

/** Returns the SQL of a repair between blank lines, as psql takes it. */
export function repairStatement(column: RepairedColumn, force?: boolean): string {
  return `\n${repairSql({ ...column, force })};\n`
}
