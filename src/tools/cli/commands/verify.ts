import { verifySequences, type Verification, type VerifiedColumn } from '../../sequences/verify'
import { EXIT, type ExitCode } from '../exit-code'
import {
  selection,
  type FailOn,
  type FormatOptions,
  type SelectorOptions,
  type TimeoutOptions,
} from '../options'
import { finding, jsonColumn, shortName, verdictCell } from '../output/columns'
import { reportLines } from '../output/report-lines'
import { textTable } from '../output/table'
import { withTarget } from '../target'
import type { Terminal } from '../terminal'

export interface VerifyFlags extends SelectorOptions, TimeoutOptions, FormatOptions {
  readonly failOn: FailOn
}

/** `typeorm-resync verify`: a verdict for every selected column. */
export async function verify(flags: VerifyFlags, terminal: Terminal): Promise<ExitCode> {
  const { lockTimeout, statementTimeout } = flags
  const verification = await withTarget(flags, terminal.env, (target) =>
    verifySequences(target, { ...selection(flags), lockTimeout, statementTimeout }),
  )
  terminal.out(flags.format === 'json' ? json(verification) : table(verification, terminal.colour))
  const findings = verification.columns.filter((column) => isFinding(column, flags.failOn))
  if (flags.format === 'table') {
    const bad = verification.columns.filter(({ verdict }) => verdict !== 'ok')
    const narrow = findings.filter((column) => isNarrow(column, flags.failOn))
    const faults = verification.columns.flatMap((column) => column.faults)
    reportLines(
      terminal,
      [...bad.map(finding), ...narrow.map(lowHeadroom), ...faults.map(({ message }) => message)],
      flags,
    )
  }
  return findings.length > 0 ? EXIT.findings : EXIT.done
}

function isFinding(column: VerifiedColumn, failOn: FailOn): boolean {
  const { verdict, faults } = column
  if (verdict !== 'ok' && failOn[verdict]) return true
  return (failOn.fault && faults.length > 0) || isNarrow(column, failOn)
}

function isNarrow({ headroom }: VerifiedColumn, failOn: FailOn): boolean {
  return failOn.headroom !== undefined && headroom !== null && headroom < failOn.headroom
}

function lowHeadroom(column: VerifiedColumn): string {
  return `${shortName(column)} has ${String(column.headroom)} % of its range left.`
}

function counts(columns: readonly VerifiedColumn[]) {
  const of = (verdict: string) => columns.filter((column) => column.verdict === verdict).length
  return {
    total: columns.length,
    ok: of('ok'),
    behind: of('behind'),
    unknown: of('unknown'),
    faults: columns.reduce((sum, { faults }) => sum + faults.length, 0),
  }
}

function json({ server, checkedAt, columns }: Verification): string {
  return JSON.stringify(
    {
      database: server.database,
      server: { version: server.version, inRecovery: server.inRecovery },
      checkedAt: checkedAt.toISOString(),
      summary: counts(columns),
      columns: columns.map(jsonColumn),
    },
    undefined,
    2,
  )
}

function table({ columns }: Verification, colour: boolean): string {
  const { total, ok, behind, unknown, faults } = counts(columns)
  const structure =
    faults === 0 ? '' : ` ${String(faults)} structural ${faults === 1 ? 'fault' : 'faults'}.`
  const summary = `${String(total)} ${total === 1 ? 'column' : 'columns'}: ${String(ok)} ok, ${String(behind)} behind, ${String(unknown)} unknown.${structure}`
  if (total === 0) return 'No column draws its values from a sequence.'
  const rows = columns.map((column) => [
    shortName(column),
    column.nextValue === null ? '?' : String(column.nextValue),
    column.columnMax === null ? '' : String(column.columnMax),
    column.gap === null ? '?' : String(column.gap),
    column.headroom === null ? '?' : `${column.headroom.toFixed(1)} %`,
    verdictCell(column.verdict, colour),
  ])
  const headings = ['COLUMN', 'NEXT', 'HIGHEST', 'GAP', 'LEFT', 'VERDICT']
  return `${textTable(headings, ['left', 'right', 'right', 'right', 'right', 'left'], rows)}\n${summary}`
}
