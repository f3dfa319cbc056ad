import { explainColumn } from '../../sequences/explain'
import { verifySequences, type Verification, type VerifiedColumn } from '../../sequences/verify'
import { errorKind } from '../../monitor/error-kind'
import { Metrics } from '../../monitor/metrics'
import { Allowed, OneOf } from '../../options/rules'
import { EXIT, type ExitCode } from '../exit-code'
import { isFailOn, readFailOn, type FailOn } from '../fail-on'
import { checked, ColumnFlags, selection } from '../flags/selectors'
import { jsonColumn, shortName, verdictCell } from '../output/columns'
import { counted } from '../output/counted'
import { nagiosFailure, nagiosResult } from '../output/nagios'
import { reportLines } from '../output/report-lines'
import { textTable } from '../output/table'
import { chooseTarget, withTarget, type TargetOptions } from '../target'
import type { CommandTerminal } from '../terminal'

const FORMATS = ['table', 'json', 'prometheus', 'nagios'] as const

/** As many columns have series of their own. */
const WORST = 20

class VerifyFlags extends ColumnFlags {
  @OneOf(FORMATS)
  readonly format: (typeof FORMATS)[number]

  @Allowed('a list of behind, unknown, fault and headroom=PERCENT', isFailOn)
  readonly failOn: string
}

/** `typeorm-resync verify`: a verdict for every selected column. */
export async function verify(options: object, terminal: CommandTerminal): Promise<ExitCode> {
  const flags = checked(VerifyFlags, options)
  const failOn = readFailOn(flags.failOn)
  if (flags.format === 'nagios') return verifyForNagios(flags, failOn, terminal)
  const chosen = chooseTarget(flags, terminal)
  if (flags.format === 'prometheus') return verifyForPrometheus(flags, chosen, failOn, terminal)
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
  return exitCodeOf(verification, failOn)
}

/** The page says it, too, where it could not run: it is read by a collector that sees no exit code. */
async function verifyForPrometheus(
  flags: VerifyFlags,
  chosen: TargetOptions,
  failOn: FailOn,
  terminal: CommandTerminal,
): Promise<ExitCode> {
  const metrics = new Metrics(WORST)
  const start = performance.now()
  try {
    const verification = await withTarget(chosen, terminal, (target) =>
      verifySequences(target, selection(flags)),
    )
    metrics.succeeded(verification, (performance.now() - start) / 1000)
    terminal.out((await metrics.text()).trimEnd())
    return exitCodeOf(verification, failOn)
  } catch (error) {
    metrics.failed(errorKind(error), new Date())
    terminal.out((await metrics.text()).trimEnd())
    throw error
  }
}

/** Nagios reads the first line of stdout, and gives exit codes a meaning of its own: 3 where it could not run. */
async function verifyForNagios(
  flags: VerifyFlags,
  failOn: FailOn,
  terminal: CommandTerminal,
): Promise<ExitCode> {
  try {
    const verification = await withTarget(chooseTarget(flags, terminal), terminal, (target) =>
      verifySequences(target, selection(flags)),
    )
    const { line, exitCode } = nagiosResult(verification, failOn)
    terminal.out(line)
    return exitCode
  } catch (error) {
    const { line, exitCode } = nagiosFailure(error)
    terminal.out(line)
    return exitCode
  }
}

function exitCodeOf({ columns, missing }: Verification, failOn: FailOn): ExitCode {
  const findings = columns.filter((column) => isFinding(column, failOn))
  const isIncomplete = failOn.unknown && missing.length > 0
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
