import { join } from 'node:path'
import type { DataSource } from 'typeorm'
import { resolveTables } from '../catalog/tables'
import { quoteIdentifier, quoteQualified } from '../db/quoting'
import { withSession } from '../db/session'
import { UnknownEntityError, UsageError } from '../errors'
import { discoverGeneratedColumns, type GeneratedColumn } from '../metadata/generated-columns'
import { readEntityTables } from '../metadata/entities'
import { selectEntities } from '../metadata/select-entities'
import { verifyIn } from '../sequences/verify'
import { migrationName, nextTimestamp } from './name'
import { renderMigration, type MigrationLanguage } from './render'
import { readMigrationFiles, writeNewFile } from './write'

/** What to write, and where. */
export interface GenerateOptions {
  /** The entities to write for; every one that has a generated key where none is named. */
  readonly entities?: readonly string[] | undefined
  /** Writes only for those of them that are behind now; needs an initialised DataSource. Default: false. */
  readonly drifted?: boolean | undefined
  /** Where to write. Default: `src/migrations`. */
  readonly folder?: string | undefined
  /** Milliseconds since 1970 for the first migration, 13 digits. Default: now, or just after the newest in the folder. */
  readonly timestamp?: number | undefined
  /** The clock for the timestamp. Default: the system's. */
  readonly now?: (() => number) | undefined
  /** Default: `ts`. */
  readonly language?: MigrationLanguage | undefined
  /** Writes a new one even where the folder holds one for the entity. Default: false. */
  readonly again?: boolean | undefined
  /** Returns what would be written, and writes nothing. Default: false. */
  readonly dryRun?: boolean | undefined
}

/** A migration that was written; in a dry run, that would be. */
export interface GeneratedMigration {
  readonly entity: string
  readonly className: string
  readonly path: string
  readonly text: string
}

/** What `generateResyncMigrations` made. */
export interface Generation {
  readonly migrations: readonly GeneratedMigration[]
  /** The entities that had one already. */
  readonly existing: readonly string[]
  /** Why it cannot be told whether others are behind; only where the drifted were asked for. */
  readonly unknown: readonly string[]
}

/**
 * Writes a migration for every selected entity with a generated key, which moves its sequence past the table's values.
 * Needs no database, unless only the drifted are asked for. Overwrites nothing.
 *
 * @throws {UnknownEntityError} when an entity is named that does not exist, or has no generated key.
 * @throws {UsageError} when the timestamp has not 13 digits.
 * @throws {OutputError} when the folder cannot be read or written.
 */
export async function generateResyncMigrations(
  dataSource: DataSource,
  options: GenerateOptions = {},
): Promise<Generation> {
  const { folder = 'src/migrations', language = 'ts', entities = [] } = options
  const selected = await selectedColumns(dataSource, entities)
  const { behind, unknown } = options.drifted
    ? await driftedColumns(dataSource, selected)
    : { behind: selected, unknown: [] }
  const wanted = byEntity(behind)
  const files = await readMigrationFiles(folder)
  const first = options.timestamp ?? nextTimestamp((options.now ?? Date.now)(), files)
  for (const timestamp of [first, first + wanted.size]) assertTimestamp(timestamp)
  const taken = new Set(files.map(({ name }) => name))
  const existing = [...wanted.keys()].filter(
    (entity) => !options.again && taken.has(migrationName(entity)),
  )
  const migrations = [...wanted]
    .filter(([entity]) => !existing.includes(entity))
    .map(([entity, columns], index): GeneratedMigration => {
      const name = migrationName(entity)
      const timestamp = String(first + index)
      const className = `${name}${timestamp}`
      const path = join(folder, `${timestamp}-${name}.${language === 'ts' ? 'ts' : 'js'}`)
      return { entity, className, path, text: renderMigration({ className, columns, language }) }
    })
  if (!options.dryRun) for (const { path, text } of migrations) await writeNewFile(path, text)
  return { migrations, existing, unknown }
}

/** Every generated column, or those of the named entities: an entity without one stands for its table, which another may generate. */
async function selectedColumns(
  dataSource: DataSource,
  entities: readonly string[],
): Promise<GeneratedColumn[]> {
  const discovered = await discoverGeneratedColumns(dataSource)
  if (entities.length === 0) return discovered
  const found = selectEntities(await readEntityTables(dataSource), entities).map((named) => {
    const columns = discovered.filter(
      (column) => column.schema === named.schema && column.table === named.table,
    )
    if (columns.length > 0) return columns
    throw new UnknownEntityError(
      `Cannot write a resync for entity "${named.entity}": none of its columns is generated from a sequence. Nothing was written. Run: typeorm-resync generate --all`,
    )
  })
  return [...new Set(found.flat())]
}

/** Of the generated columns, those that are behind now; and those of which that cannot be told, with the reason. */
async function driftedColumns(dataSource: DataSource, columns: readonly GeneratedColumn[]) {
  const behind: GeneratedColumn[] = []
  const unknown: string[] = []
  for (const [column, verified] of await verifiedColumns(dataSource, columns)) {
    if (!verified) {
      const name = `${quoteQualified(column.schema, column.table)}.${quoteIdentifier(column.column)}`
      unknown.push(
        `Cannot find a sequence behind ${name}, which entity "${column.entity}" declares as generated.`,
      )
    } else if (verified.verdict === 'behind') behind.push(column)
    else if (verified.verdict === 'unknown') unknown.push(verified.reason ?? '')
  }
  return { behind, unknown }
}

/** Each generated column with its verdict; undefined where no sequence feeds it. */
async function verifiedColumns(dataSource: DataSource, columns: readonly GeneratedColumn[]) {
  const tables = columns.map(({ schema, table }) => quoteQualified(schema, table))
  const { verification, found } = await withSession(dataSource, async (session) => ({
    verification: await verifyIn(session, dataSource, { tables: [...new Set(tables)] }),
    found: await resolveTables(session, columns),
  }))
  const key = (schema: string, table: string, column: string) =>
    JSON.stringify([schema, table, column])
  const verified = new Map(
    verification.verified.map((column) => [
      key(column.schema, column.table, column.column),
      column,
    ]),
  )
  return columns.map((column, index) => {
    const table = found[index]
    return [column, table && verified.get(key(table.schema, table.table, column.column))] as const
  })
}

/** @throws {UsageError} when TypeORM would not read the timestamp from a name. */
function assertTimestamp(timestamp: number): void {
  if (/^\d{13}$/.test(String(timestamp))) return
  throw new UsageError(
    `Cannot use timestamp ${String(timestamp)}: expected milliseconds since 1970, 13 digits, as TypeORM reads them. Nothing was written.`,
  )
}

function byEntity(columns: readonly GeneratedColumn[]): Map<string, GeneratedColumn[]> {
  const groups = new Map<string, GeneratedColumn[]>()
  for (const column of columns)
    groups.set(column.entity, [...(groups.get(column.entity) ?? []), column])
  return groups
}
