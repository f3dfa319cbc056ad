import { join } from 'node:path'
import { isDataSource, type Target } from '../db/session'
import { knownMigrations } from '../metadata/migrations-table'
import { validated } from '../options/validated'
import { readExistingMigrations } from './existing'
import { migrationsFolder } from './folder'
import { GenerateRules } from './generate-rules'
import { assertTimestamp, migrationNames, nextTimestamp } from './name'
import { columnsOf, renderMigration, repairKey, type MigrationLanguage } from './render'
import type { ResyncTable } from './resync-table'
import { selectTables, type TableSelection } from './select-tables'
import { projectStyle } from './style'
import { writeNewFiles } from './write'

/** What to write, and where. */
export interface GenerateOptions extends TableSelection {
  /** Where to write. Default: where the DataSource's migrations are, or `src/migrations`. */
  readonly folder?: string | undefined
  /** Milliseconds since 1970 for the first migration, 13 digits. Default: now, or just after the newest there is. */
  readonly timestamp?: number | undefined
  /** The clock for the timestamp. Default: the system's. */
  readonly now?: (() => number) | undefined
  /** Default: `ts`. */
  readonly language?: MigrationLanguage | undefined
  /** Writes one migration for all. Default: false. */
  readonly single?: boolean | undefined
  /** Writes a new one even where the folder holds one for the table. Default: false. */
  readonly again?: boolean | undefined
  /** Returns what would be written, and writes nothing. Default: false. */
  readonly dryRun?: boolean | undefined
}

/** A migration that was written; in a dry run, that would be. */
export interface GeneratedMigration {
  readonly tables: readonly ResyncTable[]
  readonly className: string
  readonly path: string
  readonly text: string
}

/** What `generateResyncMigrations` made. */
export interface Generation {
  readonly folder: string
  readonly migrations: readonly GeneratedMigration[]
  /** The tables for which the folder held one already. */
  readonly existing: readonly ResyncTable[]
  /** Why it cannot be told of others whether a sequence feeds them, or is behind; only where the database was asked. */
  readonly unknown: readonly string[]
  /** Whether the first migration repairs TypeORM's own table of migrations: without it, `migration:run` would fail. */
  readonly migrationsTable: boolean
}

/**
 * Writes a migration for every selected table with a generated key, which moves its sequence past the table's values.
 * Needs no database, unless it is asked for tables or for the drifted; then TypeORM's own table of migrations is looked at too, and repaired first
 * where it is behind. Overwrites nothing, and writes all or nothing.
 *
 * @throws {UnknownEntityError} when an entity is named that does not exist, or has no generated key.
 * @throws {UnknownTableError} when a table is named that does not exist, or that no sequence feeds.
 * @throws {UsageError} when an option is wrong, or entities are asked for without a DataSource.
 * @throws {OutputError} when the folder cannot be read or written.
 */
export async function generateResyncMigrations(
  target: Target,
  options: GenerateOptions = {},
): Promise<Generation> {
  const { language = 'ts', timestamp } = validated(GenerateRules, options)
  const dataSource = isDataSource(target) ? target : undefined
  const { tables, unknown, migrations: own } = await selectTables(target, options)
  const folder = options.folder ?? migrationsFolder(dataSource, language)
  const { timestamps, repairs } = await readExistingMigrations(folder)
  const isRepaired = (table: ResyncTable) =>
    !options.again && columnsOf(table).every((column) => repairs.has(repairKey(column)))
  const known = dataSource ? knownMigrations(dataSource).map(({ timestamp }) => timestamp) : []
  const now = (options.now ?? Date.now)()
  const first = timestamp ?? nextTimestamp(now, [...timestamps, ...known])
  const ownTables = own.tables.filter((table) => !isRepaired(table))
  const wanted = tables.filter((table) => !isRepaired(table))
  const sources = [
    ...named(ownTables, Math.min(first, (own.oldestPending ?? Infinity) - ownTables.length)),
    ...(options.single
      ? inOne(wanted, first + ownTables.length)
      : named(wanted, first + ownTables.length)),
  ]
  for (const { timestamp } of [{ timestamp: first }, ...sources]) assertTimestamp(timestamp)
  const extension = language === 'ts' ? 'ts' : 'js'
  const style = await projectStyle(join(folder, `migration.${extension}`))
  const migrations: GeneratedMigration[] = []
  for (const { name, timestamp, tables } of sources) {
    const className = `${name}${String(timestamp)}`
    const text = renderMigration({ className, tables, language }, style.indent)
    const path = join(folder, `${String(timestamp)}-${name}.${extension}`)
    migrations.push({ tables, className, path, text: await style.format(text) })
  }
  if (!options.dryRun) await writeNewFiles(migrations)
  return {
    folder,
    migrations,
    existing: [...own.tables, ...tables].filter(isRepaired),
    unknown,
    migrationsTable: ownTables.length > 0,
  }
}

interface Source {
  readonly name: string
  readonly timestamp: number
  readonly tables: readonly ResyncTable[]
}

/** One migration a table, each a millisecond after the one before: TypeORM runs them in this order. */
function named(tables: readonly ResyncTable[], first: number): Source[] {
  const names = migrationNames(tables)
  return tables.map((table, index) => ({
    name: names[index] ?? '',
    timestamp: first + index,
    tables: [table],
  }))
}

function inOne(tables: readonly ResyncTable[], timestamp: number): Source[] {
  return tables.length === 0 ? [] : [{ name: 'ResyncSequences', timestamp, tables }]
}
