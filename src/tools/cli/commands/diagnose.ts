import { diagnoseSequences, type Diagnosis } from '../../diagnose/diagnose'
import { UsageError } from '../../errors'
import { readHistory } from '../../history/read'
import { EXIT, type ExitCode } from '../exit-code'
import { DiagnoseFlags } from '../flags/diagnose'
import { checked, selection } from '../flags/selectors'
import { causeLines } from '../output/causes'
import { jsonColumn, type Runnable } from '../output/columns'
import { counted } from '../output/counted'
import { reportLines, runnableOn } from '../output/report-lines'
import { projectSource } from '../project-source'
import { chooseTarget, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'
import { trap } from './trap'

/** `typeorm-resync diagnose`: why the sequences drift that are behind, or of the tables that are named. */
export async function diagnose(options: object, terminal: CommandTerminal): Promise<ExitCode> {
  const flags = checked(DiagnoseFlags, options)
  assertComplete(flags)
  if (flags.trap) return trap(flags, terminal)
  const chosen = chooseTarget(flags, terminal)
  const source = projectSource(flags, chosen)
  const history = flags.history === undefined ? undefined : await readHistory(flags.history)
  const diagnosis = await withTarget(chosen, terminal, (target) =>
    diagnoseSequences(target, { ...selection(flags), source, history }),
  )
  const here = runnableOn(chosen)
  terminal.out(flags.format === 'json' ? json(diagnosis, here) : text(diagnosis, here))
  if (flags.format === 'table') reportLines(terminal, diagnosis.notes, chosen)
  const isClean = diagnosis.columns.every(
    ({ verdict, causes }) => verdict === 'ok' && causes.length === 0,
  )
  return isClean ? EXIT.done : EXIT.findings
}

function assertComplete({ trap, esm, outputJs, dryRun, out }: DiagnoseFlags): void {
  if (!trap && (esm ?? outputJs ?? dryRun ?? out) !== undefined) {
    throw new UsageError(
      'Cannot use --out, --outputJs, --esm or --dry-run without --trap: nothing else is written. Leave them out, or add --trap.',
    )
  }
  if (esm && !outputJs) {
    throw new UsageError('Cannot write an ES module in TypeScript. Use --esm with --outputJs.')
  }
}

function counts({ columns }: Diagnosis) {
  return {
    total: columns.length,
    behind: columns.filter(({ verdict }) => verdict === 'behind').length,
    causes: columns.reduce((sum, { causes }) => sum + causes.length, 0),
  }
}

function json(diagnosis: Diagnosis, here: Runnable): string {
  const { server, checkedAt, columns, notes } = diagnosis
  return JSON.stringify(
    {
      database: server.database,
      server: { version: server.version, inRecovery: server.inRecovery },
      checkedAt: checkedAt.toISOString(),
      summary: counts(diagnosis),
      columns: columns.map((column) => ({
        ...jsonColumn(column, here),
        causes: column.causes.map((cause) => ({ ...cause, remedy: here(cause.remedy) })),
      })),
      notes,
    },
    undefined,
    2,
  )
}

function text(diagnosis: Diagnosis, here: Runnable): string {
  const { columns } = diagnosis
  if (columns.length === 0) return 'No sequence is behind.'
  const { total, behind, causes } = counts(diagnosis)
  const summary = `${counted(total, 'column')}: ${String(behind)} behind, ${counted(causes, 'cause')} found.`
  return [...columns.flatMap((column) => causeLines(column, here)), summary].join('\n')
}
