import type { DataSource } from 'typeorm'
import { UsageError } from '../../errors'
import { generateResyncMigrations, type Generation } from '../../generator/generate'
import type { MigrationLanguage } from '../../generator/render'
import { EXIT, type ExitCode } from '../exit-code'
import { loadDataSource } from '../load-data-source'
import { reportLines } from '../output/report-lines'
import { withInitialized } from '../target'
import type { Terminal } from '../terminal'

export interface GenerateFlags {
  readonly dataSource?: string
  readonly entity?: string[]
  readonly all?: boolean
  readonly drifted?: boolean
  readonly out?: string
  readonly timestamp?: number
  readonly outputJs?: boolean
  readonly esm?: boolean
  readonly again?: boolean
  readonly dryRun?: boolean
  readonly check?: boolean
}

/** `typeorm-resync generate`: a resync migration for each selected entity. */
export async function generate(flags: GenerateFlags, terminal: Terminal): Promise<ExitCode> {
  const generation = await withDataSource(flags, (dataSource) =>
    generateResyncMigrations(dataSource, {
      entities: flags.entity,
      drifted: flags.drifted,
      folder: flags.out,
      timestamp: flags.timestamp,
      language: language(flags),
      again: flags.again,
      dryRun: flags.dryRun === true || flags.check === true,
    }),
  )
  const { migrations, unknown } = generation
  for (const { path, text } of migrations) terminal.out(flags.dryRun ? text.trimEnd() : path)
  reportLines(terminal, notes(flags, generation), flags)
  const missing = flags.check === true && migrations.length > 0
  return missing || unknown.length > 0 ? EXIT.findings : EXIT.done
}

async function withDataSource(
  flags: GenerateFlags,
  work: (dataSource: DataSource) => Promise<Generation>,
): Promise<Generation> {
  if (flags.dataSource === undefined) {
    throw new UsageError(
      'Cannot find the entities: no DataSource is named. Run: typeorm-resync generate --data-source FILE',
    )
  }
  if (!flags.entity && !flags.all && !flags.drifted) {
    throw new UsageError(
      'Cannot choose what to write: no entity is named. Use --entity NAME, --all or --drifted.',
    )
  }
  if (flags.esm && !flags.outputJs) {
    throw new UsageError('Cannot write an ES module in TypeScript. Use --esm with --outputJs.')
  }
  const load = loadDataSource(flags.dataSource)
  return flags.drifted ? withInitialized(await load, work) : work(await load)
}

function language({ outputJs, esm }: GenerateFlags): MigrationLanguage {
  if (!outputJs) return 'ts'
  return esm ? 'esm' : 'cjs'
}

function notes(flags: GenerateFlags, { migrations, existing, unknown }: Generation): string[] {
  const lines = existing.map(
    (entity) => `Entity "${entity}" has a resync migration already. Use --again for a new one.`,
  )
  lines.push(...unknown)
  if (migrations.length > 0) {
    if (flags.check) {
      lines.push('The migrations named above are missing. Run it without --check to write them.')
    } else if (!flags.dryRun) lines.push('Review, then run: typeorm migration:run')
  } else if (lines.length === 0) {
    const none = flags.drifted ? 'No sequence is behind.' : 'No entity has a generated key.'
    lines.push(`${none} Nothing was written.`)
  }
  return lines
}
