import type { Target } from '../../db/session'
import { UsageError } from '../../errors'
import { generateResyncMigrations, type Generation } from '../../generator/generate'
import { loadDataSource, type LoadedDataSource } from '../data-source/load'
import { EXIT, type ExitCode } from '../exit-code'
import { checked, selection } from '../flags/selectors'
import { GenerateFlags } from '../flags/generate'
import { language } from '../flags/migration'
import { generationNotes, nextStep } from '../output/generation-notes'
import { printable } from '../output/printable'
import { reportLines } from '../output/report-lines'
import { assertOne, chooseTarget, findProject, withInitialized, withTarget } from '../target'
import type { CommandTerminal } from '../terminal'
import { listEntities } from './list-entities'

/** `typeorm-resync generate`: a resync migration for each selected table. */
export async function generate(options: object, terminal: CommandTerminal): Promise<ExitCode> {
  const flags = checked(GenerateFlags, options)
  assertComplete(flags)
  const project = await loadProject(flags, terminal)
  if (flags.list) return listEntities(requireProject(project).dataSource, flags.format, terminal)
  const generation = await generated(flags, project, terminal)
  const { migrations, unknown } = generation
  for (const { path, text } of migrations) terminal.out(flags.dryRun ? text.trimEnd() : path)
  reportLines(
    terminal,
    generationNotes(flags, generation),
    flags,
    'Run: typeorm-resync verify --format json',
  )
  for (const line of nextStep(flags, generation, project)) terminal.err(printable(line))
  const missing = flags.check === true && migrations.length > 0
  return missing || unknown.length > 0 ? EXIT.findings : EXIT.done
}

function assertComplete({ entity, all, table, allTables, ...flags }: GenerateFlags): void {
  if (!entity && !all && !table && !allTables && !flags.drifted && !flags.list) {
    throw new UsageError(
      'Cannot choose what to write: nothing is named. Use --entity NAME, --all, --table NAME, --all-tables or --drifted; --list shows what there is.',
    )
  }
  if (flags.esm && !flags.outputJs) {
    throw new UsageError('Cannot write an ES module in TypeScript. Use --esm with --outputJs.')
  }
  if (flags.format === 'json' && !flags.list) {
    throw new UsageError('Cannot print migrations as JSON. Use --format json with --list.')
  }
}

/** The entities come from a DataSource; undefined where a URL takes its place. */
async function loadProject(
  flags: GenerateFlags,
  terminal: CommandTerminal,
): Promise<LoadedDataSource | undefined> {
  assertOne(flags)
  if (flags.url !== undefined) return undefined
  const file = flags.dataSource ?? findProject(terminal)
  return file === undefined ? undefined : loadDataSource(file, terminal)
}

function requireProject(project: LoadedDataSource | undefined): LoadedDataSource {
  if (project) return project
  throw new UsageError(
    'Cannot find the entities: no DataSource is named. Run: typeorm-resync generate --data-source FILE',
  )
}

async function generated(
  flags: GenerateFlags,
  project: LoadedDataSource | undefined,
  terminal: CommandTerminal,
): Promise<Generation> {
  const work = (target: Target) =>
    generateResyncMigrations(target, {
      ...selection(flags),
      allTables: flags.allTables,
      drifted: flags.drifted,
      folder: flags.out,
      timestamp: flags.timestamp === undefined ? undefined : Number(flags.timestamp),
      language: language(flags),
      single: flags.single,
      again: flags.again,
      dryRun: flags.dryRun === true || flags.check === true,
    })
  const namesTables = flags.table !== undefined || flags.allTables === true
  if (namesTables && !project) return withTarget(chooseTarget(flags, terminal), terminal, work)
  const { dataSource } = requireProject(project)
  return namesTables || flags.drifted ? withInitialized(dataSource, work) : work(dataSource)
}
