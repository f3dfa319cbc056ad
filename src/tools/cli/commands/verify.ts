import { explainColumn } from '../../sequences/explain'
import { verifySequences, type Verification, type VerifiedColumn } from '../../sequences/verify'
import type { ExitCode } from '../exit-code'
import { exitCodeOf, isNarrow, readFailOn } from '../fail-on'
import { checked, selection } from '../flags/selectors'
import { VerifyFlags } from '../flags/verify'
import { jsonColumn, shortName, verdictCell } from '../output/columns'
import { counted } from '../output/counted'
import { reportLines } from '../output/report-lines'
import { textTable } from '../output/table'
import { chooseTarget, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync verify`: a verdict for every selected column. */
export async function verify(options: object, terminal: CommandTerminal): Promise<ExitCode> {
  // Before the options are checked: Nagios is told of a wrong one, too.
  if ('format' in options && options.format === 'nagios') {
    const { verifyForNagios } = await import('./verify-for-monitors.js')
    return verifyForNagios(options, terminal)
  }
  const flags = checked(VerifyFlags, options)
  if (flags.format === 'prometheus') {
    const { verifyForPrometheus } = await import('./verify-for-monitors.js')
    return verifyForPrometheus(flags, terminal)
  }
  const failOn = readFailOn(flags.failOn)
  const chosen = chooseTarget(flags, terminal)
  const jobs = Number(flags.jobs)
  const verification = await withTarget(
    chosen,
    terminal,
    (target) => verifySequences(target, { ...selection(flags), jobs }),
    jobs,
  )
  terminal.out(flags.format === 'json' ? json(verification) : table(verification, terminal.colour))
  if (flags.format === 'table') {
    const narrow = verification.columns.filter((column) => isNarrow(column, failOn))
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
