import { join, resolve } from 'node:path'
import { isDataSource, type Target } from '../db/session'
import { moduleSystem } from '../module-system'
import { knownMigrations } from '../metadata/migrations-table'
import type { Timeouts } from '../db/transaction'
import { validated } from '../options/validated'
import { readExistingMigrations, type ExistingMigration } from './existing'
import { migrationsFolder, readsMigrations } from './folder'
import { GenerateRules } from './generate-rules'
import { assertTimestamp, migrationNames, nextTimestamp } from './name'
import {
  columnsOf,
  renderMigration,
  repairKey,
  type MigrationLanguage,
  type MigrationSource,
} from './render'
import type { ResyncTable } from './resync-table'
import { selectTables, type TableSelection } from './select-tables'
import { projectStyle } from './style'
import { writeNewFiles } from './write'

/** What to write, and where. */
export interface GenerateOptions extends TableSelection, Timeouts {
  /** Where to write. Default: where the DataSource's migrations are, or `src/migrations`. */
  readonly folder?: string | undefined
  /** Milliseconds since 1970 for the first migration, 13 digits. Default: now, or just after the newest there is. */
  readonly timestamp?: number | undefined
  /** The clock for the timestamp. Default: the system's. */
  readonly now?: (() => number) | undefined
  /** Default: `ts`. */
  readonly language?: MigrationLanguage | undefined
  /** Writes one migration for all; TypeORM's own table, where it is behind, has one before it. Default: false. */
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
  /** Why none was written for others: it cannot be told whether a sequence feeds them or is behind, or a repair would be refused. */
  readonly unknown: readonly string[]
  /** Whether the first migration repairs TypeORM's own table of migrations: without it, `migration:run` would fail. */
  readonly migrationsTable: boolean
  /** Whether the DataSource's options read migrations from the folder. */
  readonly isRead: boolean
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
 * @throws what `discoverGeneratedColumns` throws, and where the database is asked, what `verifySequences` throws.
 */
export async function generateResyncMigrations(
  target: Target,
  options: GenerateOptions = {},
): Promise<Generation> {
  const checked = validated(GenerateRules, options)
  const { again = false, drifted = false, single = false } = checked
  const dataSource = isDataSource(target) ? target : undefined
  const { tables, unknown, migrations: own } = await selectTables(target, checked)
  const extension = checked.language === undefined || checked.language === 'ts' ? 'ts' : 'js'
  const folder = checked.folder ?? migrationsFolder(dataSource, extension)
  const there = await readExistingMigrations(folder)
  // What has run already does not repair what is behind now.
  const pending = there.filter(
    ({ classNames }) => !classNames.some((name) => own.executed.has(name)),
  )
  const covers = (migrations: readonly ExistingMigration[]) => {
    const repairs = new Set(again ? [] : migrations.flatMap((migration) => migration.repairs))
    return (table: ResyncTable) => isCovered(table, repairs)
  }
  const isRepaired = covers(drifted ? pending : there)
  const ownRepaired = own.repair !== null && covers(pending)(own.repair)
  const ownTables = own.repair && !ownRepaired ? [own.repair] : []
  const wanted = tables.filter((table) => !isRepaired(table))
  const stamps = [
    ...there.flatMap(({ timestamps }) => timestamps),
    ...(dataSource ? knownMigrations(dataSource).map(({ timestamp }) => timestamp) : []),
  ]
  const first = checked.timestamp ?? nextTimestamp((checked.now ?? Date.now)(), stamps)
  const next = first + ownTables.length
  const sources = [
    ...oneEach(ownTables, Math.min(first, (own.oldestPending ?? Infinity) - ownTables.length)),
    ...(single ? allInOne(wanted, next) : oneEach(wanted, next)),
  ]
  for (const { timestamp } of [{ timestamp: first }, ...sources]) assertTimestamp(timestamp)
  const language = languageOf(checked.language ?? 'ts', folder)
  const style = await projectStyle(join(folder, `migration.${extension}`))
  const migrations: GeneratedMigration[] = []
  for (const { name, timestamp, tables } of sources) {
    const className = `${name}${String(timestamp)}`
    const text = renderMigration({ className, tables, language }, style.indent)
    const path = join(folder, `${String(timestamp)}-${name}.${extension}`)
    migrations.push({ tables, className, path, text: await style.format(text, className) })
  }
  if (!checked.dryRun) await writeNewFiles(migrations)
  return {
    folder,
    migrations,
    existing: [...(own.repair && ownRepaired ? [own.repair] : []), ...tables.filter(isRepaired)],
    unknown,
    migrationsTable: ownTables.length > 0,
    isRead: dataSource === undefined || readsMigrations(dataSource, folder, extension),
  }
}

/** A repair that leaves the schema to the search path is one of the table that is found there by default, too. */
function isCovered(table: ResyncTable, repairs: ReadonlySet<string>): boolean {
  const names = table.schema === 'public' ? [table, { ...table, schema: undefined }] : [table]
  return names.some((name) => columnsOf(name).every((column) => repairs.has(repairKey(column))))
}

function languageOf(language: MigrationLanguage, folder: string): MigrationSource['language'] {
  if (language !== 'js') return language
  return moduleSystem(resolve(folder, 'migration.js')) === 'module' ? 'esm' : 'cjs'
}

interface Source {
  readonly name: string
  readonly timestamp: number
  readonly tables: readonly ResyncTable[]
}

/** One migration a table, each a millisecond after the one before: TypeORM runs them in this order. */
function oneEach(tables: readonly ResyncTable[], first: number): Source[] {
  const names = migrationNames(tables)
  return tables.map((table, index) => ({
    name: names[index] ?? '',
    timestamp: first + index,
    tables: [table],
  }))
}

function allInOne(tables: readonly ResyncTable[], timestamp: number): Source[] {
  return tables.length === 0 ? [] : [{ name: 'ResyncSequences', timestamp, tables }]
}
