import { readHistory, type ReadHistory } from '../../history/read'
import { renderReport, type Report } from '../../report/report'
import { reportSequences } from '../../report/report-sequences'
import { writeReport } from '../../report/write-report'
import { EXIT, type ExitCode } from '../exit-code'
import { ReportFlags } from '../flags/report'
import { checked, selection } from '../flags/selectors'
import { counted } from '../output/counted'
import { reportLines } from '../output/report-lines'
import { projectSource } from '../project-source'
import { chooseTarget, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync report`: one page that shows where every sequence stands. */
export async function report(options: object, terminal: CommandTerminal): Promise<ExitCode> {
  const flags = checked(ReportFlags, options)
  const history = flags.history === undefined ? undefined : await readHistory(flags.history)
  const chosen = chooseTarget(flags, terminal)
  const source = projectSource(flags, chosen)
  const gathered = await withTarget(chosen, terminal, (target) =>
    reportSequences(target, { ...selection(flags), diagnose: flags.diagnose, history, source }),
  )
  const page = renderReport(gathered)
  if (flags.html === '-') terminal.out(page.trimEnd())
  else await writeReport(flags.html, page)
  const subject = flags.html === '-' ? [] : [`Wrote "${flags.html}": ${counts(gathered)}`]
  reportLines(
    terminal,
    [
      ...subject,
      ...historyNotes(flags.history, history),
      ...(gathered.notes ?? []),
      nextStep(gathered),
    ],
    chosen,
  )
  return isIncomplete(gathered) ? EXIT.findings : EXIT.done
}

function counts({ columns }: Report): string {
  const of = (verdict: string) => columns.filter((column) => column.verdict === verdict).length
  return `${counted(columns.length, 'column')}, ${String(of('ok'))} ok, ${String(of('behind'))} behind, ${String(of('unknown'))} unknown.`
}

/** What was passed over is said: the page would look as if nothing had been known. */
function historyNotes(file: string | undefined, history: ReadHistory | undefined): string[] {
  if (!history?.skipped) return []
  return [
    `Passed over ${counted(history.skipped, 'broken line')} of the history "${String(file)}".`,
  ]
}

function nextStep({ columns }: Report): string {
  return columns.some(({ verdict }) => verdict === 'behind')
    ? 'Open it in a browser: it holds every repair. To repair all, look first. Run: typeorm-resync apply --dry-run'
    : 'Open it in a browser.'
}

function isIncomplete({ columns, missing }: Report): boolean {
  return missing.length > 0 || columns.some(({ verdict }) => verdict !== 'ok')
}
