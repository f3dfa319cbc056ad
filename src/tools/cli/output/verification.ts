import { explainColumn } from '../../sequences/explain'
import type { Verdict } from '../../sequences/verdict'
import type { Verification, VerifiedColumn } from '../../sequences/verify'
import { isNarrow, type FailOn } from '../fail-on'
import { jsonColumn, shortName, type Runnable } from './columns'
import { counted } from './counted'

/** How many columns there are, of each verdict. */
export function verdictCounts(columns: readonly VerifiedColumn[]) {
  const of = (verdict: Verdict) => columns.filter((column) => column.verdict === verdict).length
  return {
    total: columns.length,
    ok: of('ok'),
    behind: of('behind'),
    unknown: of('unknown'),
    faults: columns.reduce((sum, { faults }) => sum + faults.length, 0),
  }
}

/** Returns the line that sums a verification up. */
export function verdictSummary(counts: ReturnType<typeof verdictCounts>): string {
  const { total, ok, behind, unknown, faults } = counts
  const structure = faults === 0 ? '' : ` ${counted(faults, 'structural fault')}.`
  return `${counted(total, 'column')}: ${String(ok)} ok, ${String(behind)} behind, ${String(unknown)} unknown.${structure}`
}

/** Returns a verification's fields in JSON; their names are a contract. */
export function jsonVerification(
  { server, checkedAt, columns, missing }: Verification,
  runnable?: Runnable,
) {
  return {
    database: server.database,
    server: { version: server.version, inRecovery: server.inRecovery },
    checkedAt: checkedAt.toISOString(),
    summary: verdictCounts(columns),
    columns: columns.map((column) => jsonColumn(column, runnable)),
    missing,
  }
}

/** Returns a sentence about each thing that is wrong, and what to run next. */
export function findingLines({ columns, missing }: Verification, failOn: FailOn): string[] {
  return [
    ...columns.flatMap((column) => explainColumn(column) ?? []),
    ...missing,
    ...columns.filter((column) => isNarrow(column, failOn)).map(lowHeadroom),
    ...columns.flatMap(({ faults }) => faults).map(({ message }) => message),
  ]
}

function lowHeadroom(column: VerifiedColumn): string {
  return `${shortName(column)} has ${String(column.headroom)} % of its range left.`
}
