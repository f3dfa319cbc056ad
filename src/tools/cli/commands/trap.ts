import type { Target } from '../../db/session'
import { diagnoseSequences } from '../../diagnose/diagnose'
import { writeTrap, type Trap } from '../../diagnose/trap/write-trap'
import { UsageError } from '../../errors'
import { tableArgument } from '../../sequences/names'
import { loadDataSource } from '../data-source/load'
import { EXIT, type ExitCode } from '../exit-code'
import type { DiagnoseFlags } from '../flags/diagnose'
import { language } from '../flags/migration'
import { selection } from '../flags/selectors'
import { nextStep } from '../output/generation-notes'
import { printable } from '../output/printable'
import { reportLines } from '../output/report-lines'
import { chooseTarget, withInitialized, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync diagnose --trap`: a migration that records who inserts ids of their own. */
export async function trap(flags: DiagnoseFlags, terminal: CommandTerminal): Promise<ExitCode> {
  const chosen = chooseTarget(flags, terminal)
  const project =
    chosen.dataSource === undefined ? undefined : await loadDataSource(chosen.dataSource, terminal)
  const write = (target: Target) => writeFor(target, flags)
  const written = project
    ? await withInitialized(project.dataSource, write)
    : await withTarget(chosen, terminal, write)
  terminal.out(flags.dryRun ? written.text.trimEnd() : written.path)
  reportLines(terminal, written.notes, chosen)
  for (const line of nextStep(flags, { ...written, migrations: [written] }, project)) {
    terminal.err(printable(line))
  }
  if (!flags.dryRun) {
    const table = written.columns.map((column) => tableArgument(column)).join(' ')
    const then = `Let it watch for a while, then see what it caught. Run: typeorm-resync diagnose --table ${table}`
    reportLines(terminal, [then], chosen)
  }
  return EXIT.done
}

/** Where nothing is named, what is behind is watched: a trigger on every table is nobody's wish. */
async function writeFor(target: Target, flags: DiagnoseFlags): Promise<Trap> {
  const named = selection(flags)
  const isNamed = named.tables !== undefined || named.entities !== undefined
  const selected = isNamed ? named : { ...named, ...(await behind(target, flags)) }
  const written = await writeTrap(target, {
    ...selected,
    folder: flags.out,
    language: language(flags),
    dryRun: flags.dryRun,
  })
  if (written) return written
  throw new UsageError(
    'Cannot set a trap: no selected column can be compared with its sequence. Nothing was written. Run: typeorm-resync verify',
  )
}

async function behind(target: Target, flags: DiagnoseFlags): Promise<{ tables: string[] }> {
  const { columns } = await diagnoseSequences(target, selection(flags))
  const tables = columns.map(
    ({ schema, table }) => `"${schema.replaceAll('"', '""')}"."${table.replaceAll('"', '""')}"`,
  )
  if (tables.length > 0) return { tables: [...new Set(tables)] }
  throw new UsageError(
    'Cannot choose where to set a trap: no sequence is behind, and no table is named. Nothing was written. Use --table NAME.',
  )
}
