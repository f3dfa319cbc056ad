import { explainColumn } from '../../sequences/explain'
import { verifySequences, type Verification, type VerifiedColumn } from '../../sequences/verify'
import { Allowed } from '../../options/rules'
import { EXIT, type ExitCode } from '../exit-code'
import { isFailOn, readFailOn, type FailOn } from '../fail-on'
import { checked, selection, SelectorFlags } from '../flags/selectors'
import { jsonColumn, shortName, verdictCell } from '../output/columns'
import { counted } from '../output/counted'
import { reportLines } from '../output/report-lines'
import { textTable } from '../output/table'
import { chooseTarget, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'

class VerifyFlags extends SelectorFlags {
  @Allowed('a list of behind, unknown, fault and headroom=PERCENT', isFailOn)
  readonly failOn: string
}

/** `typeorm-resync verify`: a verdict for every selected column. */
export async function verify(options: object, terminal: CommandTerminal): Promise<ExitCode> {
  const flags = checked(VerifyFlags, options)
  const failOn = readFailOn(flags.failOn)
  const chosen = chooseTarget(flags, terminal)
  const verification = await withTarget(chosen, terminal, (target) =>
    verifySequences(target, selection(flags)),
  )
  terminal.out(flags.format === 'json' ? json(verification) : table(verification, terminal.colour))
  const findings = verification.columns.filter((column) => isFinding(column, failOn))
  if (flags.format === 'table') {
    const narrow = findings.filter((column) => isNarrow(column, failOn))
    const faults = verification.columns.flatMap((column) => column.faults)
    reportLines(
      terminal,
      [
        ...verification.columns.flatMap((column) => explainColumn(column) ?? []),
        ...verification.missing,
        ...narrow.map(lowHeadroom),
        ...faults.map(({ message }) => message),
      ],
      chosen,
    )
  }
  const isIncomplete = failOn.unknown && verification.missing.length > 0
  return findings.length > 0 || isIncomplete ? EXIT.findings : EXIT.done
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

function json({ server, checkedAt, columns, missing }: Verification): string {
  return JSON.stringify(
    {
      database: server.database,
      server: { version: server.version, inRecovery: server.inRecovery },
      checkedAt: checkedAt.toISOString(),
      summary: counts(columns),
      columns: columns.map(jsonColumn),
      missing,
    },
    undefined,
    2,
  )
}

function table({ columns }: Verification, colour: boolean): string {
  const { total, ok, behind, unknown, faults } = counts(columns)
  const structure = faults === 0 ? '' : ` ${counted(faults, 'structural fault')}.`
  const summary = `${counted(total, 'column')}: ${String(ok)} ok, ${String(behind)} behind, ${String(unknown)} unknown.${structure}`
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
