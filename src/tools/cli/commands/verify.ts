import { verifySequences, type Verification } from '../../sequences/verify'
import { attended } from '../attended'
import type { ExitCode } from '../exit-code'
import { exitCodeOf, readFailOn } from '../fail-on'
import { isFleet } from '../flags/fleet'
import { checked, selection } from '../flags/selectors'
import { VerifyFlags } from '../flags/verify'
import { shortName, verdictCell } from '../output/columns'
import { reportLines, runnableOn } from '../output/report-lines'
import { textTable } from '../output/table'
import {
  findingLines,
  jsonVerification,
  verdictCounts,
  verdictSummary,
} from '../output/verification'
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
  if (flags.against !== undefined) {
    const { verifyAgainst } = await import('./verify-against.js')
    return verifyAgainst(flags, flags.against, terminal)
  }
  if (isFleet(flags)) {
    const { verifyFleet } = await import('./verify-fleet.js')
    return verifyFleet(flags, terminal)
  }
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
    (target) =>
      attended(terminal, (on) => verifySequences(target, { ...selection(flags), ...on, jobs })),
    jobs,
  )
  terminal.out(
    flags.format === 'json'
      ? JSON.stringify(jsonVerification(verification, runnableOn(chosen)), undefined, 2)
      : table(verification, terminal.colour),
  )
  if (flags.format === 'table') reportLines(terminal, findingLines(verification, failOn), chosen)
  return exitCodeOf(verification, failOn)
}

function table({ columns }: Verification, colour: boolean): string {
  if (columns.length === 0) return 'No column draws its values from a sequence.'
  const rows = columns.map((column) => [
    shortName(column),
    column.nextValue === null ? '?' : String(column.nextValue),
    column.columnMax === null ? '' : String(column.columnMax),
    column.gap === null ? '?' : String(column.gap),
    column.headroom === null ? '?' : `${column.headroom.toFixed(1)} %`,
    verdictCell(column.verdict, colour),
  ])
  const headings = ['COLUMN', 'NEXT', 'HIGHEST', 'GAP', 'LEFT', 'VERDICT']
  return `${textTable(headings, ['left', 'right', 'right', 'right', 'right', 'left'], rows)}\n${verdictSummary(verdictCounts(columns))}`
}
