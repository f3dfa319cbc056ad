import { quoteQualified } from '../../db/quoting'
import type { Generation } from '../../generator/generate'
import { readsCompiled } from '../../generator/folder'
import type { ResyncTable } from '../../generator/resync-table'
import { shellWord } from '../../sequences/names'
import { compiledFile } from '../data-source/compiled'
import type { LoadedDataSource } from '../data-source/load'
import { isTypeScript } from '../data-source/typescript'
import type { GenerateFlags } from '../flags/generate'

/** More tables than this are counted, not named. */
const FEW = 3

/** Returns what there is to say about what was written, or not. */
export function generationNotes(
  flags: GenerateFlags,
  { migrations, existing, unknown, migrationsTable }: Generation,
): string[] {
  const lines = [...existingNotes(existing), ...unknown]
  if (migrationsTable) {
    lines.push(
      "The sequence of TypeORM's own table of migrations is behind. Its repair comes first: without it, migration:run fails.",
    )
  }
  if (migrations.length === 0 && lines.length === 0)
    lines.push(`${nothing(flags)} Nothing was written.`)
  return lines
}

function existingNotes(existing: readonly ResyncTable[]): string[] {
  if (existing.length > FEW) {
    return [
      `${String(existing.length)} tables have a resync migration already. Use --again for new ones.`,
    ]
  }
  return existing.map(
    (table) => `${subject(table)} has a resync migration already. Use --again for a new one.`,
  )
}

function nothing({ drifted, table, allTables }: GenerateFlags): string {
  if (drifted) return 'No sequence is behind.'
  return table || allTables ? 'No sequence feeds a column.' : 'No entity has a generated key.'
}

/** Returns what to do next. */
export function nextStep(
  flags: Pick<GenerateFlags, 'dryRun' | 'outputJs' | 'check'>,
  {
    migrations,
    folder,
    isRead,
  }: Pick<Generation, 'folder' | 'isRead'> & {
    readonly migrations: readonly unknown[]
  },
  project: LoadedDataSource | undefined,
): string[] {
  if (migrations.length === 0 || flags.dryRun) return []
  if (flags.check) {
    return ['The migrations named above are missing. Run it without --check to write them.']
  }
  if (!project) return ["Review, then run the project's own migration:run."]
  const { dataSource, file, typeorm } = project
  // A DataSource reads compiled migrations where it is compiled itself, or names their folder.
  const compiles =
    !flags.outputJs && (!isTypeScript(file) || (!isRead && readsCompiled(dataSource)))
  const lines: string[] = []
  if (!isRead && !compiles) {
    const glob = JSON.stringify(`${folder}/*.${flags.outputJs ? 'js' : 'ts'}`)
    lines.push(`The DataSource does not read ${folder}. Add to its migrations: ${glob}`)
  }
  lines.push(
    compiles
      ? `Review, compile to where the DataSource reads migrations, then run: npx typeorm migration:run -d ${shellWord(compiledFile(file) ?? file)}`
      : `Review, then run: ${typeorm} migration:run -d ${shellWord(file)}`,
  )
  return lines
}

function subject({ entity, schema, table }: ResyncTable): string {
  return entity === null ? `Table ${quoteQualified(schema, table)}` : `Entity "${entity}"`
}
