import { withSession, type Session, type Target } from '../db/session'
import { messageOf } from '../db/sqlstate'
import { diagnoseSequences, type DiagnoseOptions, type Diagnosis } from '../diagnose/diagnose'
import type { History } from '../history/point'
import { validated } from '../options/validated'
import { verifySequences, type VerifiedColumn, type VerifyOptions } from '../sequences/verify'
import { readFirstTaken } from './first-taken'
import type { Report, ReportColumn } from './report'
import { ReportRules } from './report-rules'

/** What to report, and how long to wait. */
export interface ReportOptions extends VerifyOptions {
  /** Whether to say why sequences drift that are behind. Default: true. */
  readonly diagnose?: boolean | undefined
  /** The folder of the project's own code, which is scanned for what gives ids. Default: none. */
  readonly source?: string | undefined
  /** Where the sequences stood before. Default: nothing is known. */
  readonly history?: History | undefined
}

/**
 * Gathers a report: verifies, reads where the first insert fails, and says why the sequences drift. Only reads, and consumes no value of a sequence. What cannot
 * be found out beyond the verdicts is a note, and no failure.
 *
 * @throws what `verifySequences` throws.
 */
export async function reportSequences(
  target: Target,
  options: ReportOptions = {},
): Promise<Report> {
  const { diagnose = true, history, source, ...verify } = validated(ReportRules, options)
  const { server, checkedAt, columns, missing } = await verifySequences(target, verify)
  const isBehind = columns.some(({ verdict }) => verdict === 'behind')
  const taken = isBehind
    ? await firstTaken(target, columns, verify)
    : new Map<VerifiedColumn, bigint>()
  const { causesOf, notes } =
    isBehind && diagnose
      ? await causes(target, { ...verify, history, source })
      : { causesOf: () => undefined, notes: [] }
  return {
    server,
    checkedAt,
    columns: columns.map((column): ReportColumn => ({
      ...column,
      ...(column.verdict === 'behind' && {
        firstTaken: taken.get(column) ?? null,
        causes: causesOf(column),
      }),
    })),
    missing,
    notes,
    history,
  }
}

async function firstTaken(
  target: Target,
  columns: readonly VerifiedColumn[],
  options: VerifyOptions,
): Promise<Map<VerifiedColumn, bigint>> {
  const read = (session: Session) => readFirstTaken(session, columns, options)
  try {
    return await withSession(target, read)
  } catch {
    // No connection is to be had any more: each column says that it is not known.
    return new Map()
  }
}

interface Causes {
  readonly causesOf: (column: VerifiedColumn) => ReportColumn['causes']
  readonly notes: readonly string[]
}

async function causes(target: Target, options: DiagnoseOptions): Promise<Causes> {
  let diagnosis: Diagnosis
  try {
    diagnosis = await diagnoseSequences(target, options)
  } catch (error) {
    const reason = messageOf(error).replace(/\.$/, '')
    return { causesOf: () => undefined, notes: [`Cannot say why sequences drift: ${reason}.`] }
  }
  const known = new Map(diagnosis.columns.map((column) => [keyOf(column), column.causes]))
  return { causesOf: (column) => known.get(keyOf(column)), notes: diagnosis.notes }
}

function keyOf({ schema, table, column }: VerifiedColumn): string {
  return JSON.stringify([schema, table, column])
}
