import { readMigrationsTables } from '../catalog/migrations-tables'
import type { SequenceColumn } from '../catalog/sequence-column'
import { resolveTables, type Table } from '../catalog/tables'
import { quoteQualified } from '../db/quoting'
import { isDataSource, withSession, type Session, type Target } from '../db/session'
import { tableKey } from '../db/table-name'
import { inTransaction, type Timeouts } from '../db/transaction'
import { ResyncError } from '../errors'
import { groupedBy } from '../grouped-by'
import { catalogError } from '../sequences/failure'
import { columnName } from '../sequences/names'
import { missingTable } from '../sequences/selection'
import { look, verifyColumns, type Found } from './found-columns'
import { NO_MIGRATIONS_TABLE, readMigrationsTable, type MigrationsTable } from './migrations-table'
import type { ResyncTable } from './resync-table'

/** What to look for in the database. */
export interface DatabaseRequest {
  /** The tables of these entities; only looked at where the drifted are asked for. */
  readonly entityTables: readonly ResyncTable[]
  /** All tables that entities stand for: what is found in one of them is written as that entity's. */
  readonly known: readonly ResyncTable[]
  /** These tables; undefined for none. */
  readonly tables: readonly string[] | undefined
  /** Every table of the database. */
  readonly allTables: boolean
  /** Every table of these schemas alone; undefined for all schemas. */
  readonly schemas: readonly string[] | undefined
  /** Only what is behind. */
  readonly drifted: boolean
  readonly timeouts: Timeouts
}

/** What to write for. */
export interface SelectedTables {
  readonly tables: readonly ResyncTable[]
  /** Why it cannot be told of others. */
  readonly unknown: readonly string[]
  readonly migrations: MigrationsTable
}

/**
 * Finds the tables to write for in the database.
 *
 * @throws what `verifySequences` throws.
 */
export async function readDatabaseTables(
  target: Target,
  request: DatabaseRequest,
): Promise<SelectedTables> {
  try {
    return await withSession(target, (session) => read(session, target, request))
  } catch (error) {
    throw error instanceof ResyncError ? error : catalogError(error, request.timeouts)
  }
}

async function read(
  session: Session,
  target: Target,
  request: DatabaseRequest,
): Promise<SelectedTables> {
  const { known, tables, allTables, schemas, drifted, timeouts } = request
  const founds: Found[] = []
  if (allTables) founds.push(await look(session, target, { schemas, ...timeouts }, drifted))
  else if (tables) founds.push(await look(session, target, { tables, ...timeouts }, drifted))
  if (drifted && !allTables) founds.push(await lookAtEntities(session, target, request))
  const migrations = isDataSource(target)
    ? await readMigrationsTable(session, target, timeouts)
    : NO_MIGRATIONS_TABLE
  const columns = founds.flatMap((found) => found.columns)
  const found = grouped(columns, await resolvedTables(session, known, timeouts))
  const own = migrations.repair && migrations.table && tableKey(migrations.table)
  return {
    tables: await migrationsFirst(
      session,
      found.filter((table) => tableKey(table) !== own),
      timeouts,
    ),
    unknown: [...new Set([...founds.flatMap(({ unknown }) => unknown), ...migrations.unknown])],
    migrations,
  }
}

/** What looks like TypeORM's own table comes first: TypeORM writes there after each migration. */
async function migrationsFirst(
  session: Session,
  tables: readonly ResyncTable[],
  timeouts: Timeouts,
): Promise<ResyncTable[]> {
  const alike = await inTransaction(session, 'read only', timeouts, () =>
    readMigrationsTables(session),
  )
  const keys = new Set(alike.map(tableKey))
  const isFirst = (table: ResyncTable) => keys.has(tableKey(table))
  return [...tables.filter(isFirst), ...tables.filter((table) => !isFirst(table))]
}

/** Nothing is found where an entity's table is missing, or nothing feeds it: that is said, and the others are looked at. */
async function lookAtEntities(
  session: Session,
  target: Target,
  { entityTables, timeouts }: DatabaseRequest,
): Promise<Found> {
  const resolved = await resolvedTables(session, entityTables, timeouts)
  const tables = [...resolved.values()].map(({ table }) =>
    quoteQualified(table.schema, table.table),
  )
  if (tables.length === 0) return { columns: [], unknown: entityTables.map(missingTable) }
  const found = await verifyColumns(session, target, { tables, ...timeouts, mayBeUnfed: true })
  const fed = new Set(found.verified.map(columnName))
  const unfed = [...resolved.values()].flatMap(({ table: { schema, table }, entity }) =>
    entity.columns
      .map((column) => columnName({ schema, table, column }))
      .filter((name) => !fed.has(name))
      .map(
        (name) =>
          `Cannot find a sequence behind ${name}, which entity "${String(entity.entity)}" declares as generated.`,
      ),
  )
  const there = new Set([...resolved.values()].map(({ entity }) => entity))
  const absent = entityTables.filter((table) => !there.has(table)).map(missingTable)
  return { columns: found.columns, unknown: [...found.unknown, ...unfed, ...absent] }
}

interface Resolved {
  readonly table: Table
  readonly entity: ResyncTable
}

/** Finds the entities' tables: each under its key in the database, where the entity may name no schema. */
async function resolvedTables(
  session: Session,
  tables: readonly ResyncTable[],
  timeouts: Timeouts,
): Promise<Map<string, Resolved>> {
  if (tables.length === 0) return new Map()
  const found = await inTransaction(session, 'read only', timeouts, () =>
    resolveTables(session, tables),
  )
  const resolved = new Map<string, Resolved>()
  for (const [index, entity] of tables.entries()) {
    const table = found[index]
    if (table && !resolved.has(tableKey(table))) resolved.set(tableKey(table), { table, entity })
  }
  return resolved
}

function grouped(
  columns: readonly SequenceColumn[],
  known: ReadonlyMap<string, Resolved>,
): ResyncTable[] {
  return [...groupedBy(columns, tableKey)].map(([key, group]) => {
    const [{ schema, table }] = group
    const names = new Set(group.map(({ column }) => column))
    return { entity: null, schema, table, ...known.get(key)?.entity, columns: [...names] }
  })
}
