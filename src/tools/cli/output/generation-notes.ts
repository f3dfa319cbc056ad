import { quoteQualified } from '../../db/quoting'
import type { Generation } from '../../generator/generate'
import type { ResyncTable } from '../../generator/resync-table'
import type { LoadedDataSource } from '../data-source/load'
import { isTypeScript } from '../data-source/typescript'
import type { GenerateFlags } from '../generate-flags'

/** Returns what there is to say about what was written, or not. */
export function generationNotes(
  flags: GenerateFlags,
  { migrations, existing, unknown, migrationsTable }: Generation,
): string[] {
  const lines = existing.map(
    (table) => `${subject(table)} has a resync migration already. Use --again for a new one.`,
  )
  lines.push(...unknown)
  if (migrationsTable) {
    lines.push(
      "The sequence of TypeORM's own table of migrations is behind. Its repair comes first: without it, migration:run fails.",
    )
  }
  if (migrations.length === 0 && lines.length === 0) {
    const none = flags.drifted ? 'No sequence is behind.' : 'No entity has a generated key.'
    lines.push(`${none} Nothing was written.`)
  }
  return lines
}

/** Returns what to do next. */
export function nextStep(
  flags: GenerateFlags,
  { migrations, folder }: Generation,
  project: LoadedDataSource | undefined,
): string[] {
  if (migrations.length === 0 || flags.dryRun) return []
  if (flags.check) {
    return ['The migrations named above are missing. Run it without --check to write them.']
  }
  if (!project) return ['Review, then run: typeorm migration:run']
  const { dataSource, file, typeorm } = project
  const lines: string[] = []
  if (Object.keys(dataSource.options.migrations ?? {}).length === 0) {
    const glob = JSON.stringify(`${folder}/*.${flags.outputJs ? 'js' : 'ts'}`)
    lines.push(`The DataSource lists no migrations. Add to its options: migrations: [${glob}]`)
  }
  // A compiled DataSource reads compiled migrations.
  const review = isTypeScript(file) || flags.outputJs ? 'Review' : 'Review, compile'
  lines.push(`${review}, then run: ${typeorm} migration:run -d ${file}`)
  return lines
}

function subject({ entity, schema, table }: ResyncTable): string {
  return entity === null ? `Table ${quoteQualified(schema, table)}` : `Entity "${entity}"`
}
