import { readExecutedMigrations } from '../catalog/migrations-tables'
import type { SequenceColumn } from '../catalog/sequence-column'
import { resolveTables, type Table } from '../catalog/tables'
import { quoteIdentifier, quoteQualified } from '../db/quoting'
import { isDataSource, withSession, type Session, type Target } from '../db/session'
import { tableKey } from '../db/table-name'
import { inTransaction } from '../db/transaction'
import { ResyncError } from '../errors'
import { knownMigrations } from '../metadata/migrations-table'
import { incomparable } from '../sequences/comparable'
import { catalogError } from '../sequences/failure'
import { readDeclarations, type Selection } from '../sequences/selection'
import { readCatalog, verifyIn } from '../sequences/verify'
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
  /** Only what is behind. */
  readonly drifted: boolean
}

/** What the database says. */
export interface DatabaseTables {
  readonly tables: readonly ResyncTable[]
  /** Why it cannot be told of others. */
  readonly unknown: readonly string[]
  /** TypeORM's own table of the migrations that ran, where that is behind. */
  readonly migrations: MigrationsRepair | null
}

/** TypeORM's own table has to be repaired before TypeORM can write down that any migration ran. */
export interface MigrationsRepair {
  readonly table: ResyncTable
  /** The oldest migration that has not run; null where that is not known, or there is none. */
  readonly oldestPending: number | null
}

interface Found {
  readonly columns: readonly SequenceColumn[]
  readonly unknown: readonly string[]
}

/**
 * Finds the tables to write for in the database.
 *
 * @throws what `verifySequences` throws.
 */
export async function readDatabaseTables(
  target: Target,
  request: DatabaseRequest,
): Promise<DatabaseTables> {
  try {
    return await withSession(target, (session) => read(session, target, request))
  } catch (error) {
    throw error instanceof ResyncError ? error : catalogError(error, {})
  }
}

async function read(
  session: Session,
  target: Target,
  request: DatabaseRequest,
): Promise<DatabaseTables> {
  const { entityTables, known, tables, allTables, drifted } = request
  const founds: Found[] = []
  if (allTables) founds.push(await look(session, target, {}, drifted))
  else if (tables) founds.push(await look(session, target, { tables }, drifted))
  if (drifted && !allTables) founds.push(await lookAtEntities(session, target, entityTables))
  const migrations = await readMigrationsRepair(session, target)
  const own = migrations && tableKey(migrations.table)
  const columns = founds.flatMap((found) => found.columns)
  return {
    tables: grouped(columns, await resolvedTables(session, known)).filter(
      (table) => tableKey(table) !== own,
    ),
    unknown: [...new Set(founds.flatMap(({ unknown }) => unknown))],
    migrations,
  }
}

async function look(
  session: Session,
  target: Target,
  selection: Selection,
  drifted: boolean,
): Promise<Found> {
  if (drifted) return verified(session, target, selection)
  const { columns } = await readCatalog(session, target, selection)
  return {
    columns: columns.selected.filter((column) => incomparable(column) === null),
    unknown: columns.selected.flatMap((column) => incomparable(column) ?? []),
  }
}

async function verified(
  session: Session,
  target: Target,
  selection: Selection & { readonly mayBeUnfed?: boolean },
) {
  const { verified } = await verifyIn(session, target, selection)
  return {
    verified,
    columns: verified.filter(({ verdict }) => verdict === 'behind'),
    unknown: verified.flatMap(({ verdict, reason }) =>
      verdict === 'unknown' && reason !== null ? [reason] : [],
    ),
  }
}

/** Nothing is found where an entity's table is missing, or nothing feeds it: that is said, and the others are looked at. */
async function lookAtEntities(
  session: Session,
  target: Target,
  entityTables: readonly ResyncTable[],
): Promise<Found> {
  const resolved = await resolvedTables(session, entityTables)
  const tables = [...resolved.values()].map(({ table }) => quoted(table))
  if (tables.length === 0) return { columns: [], unknown: entityTables.map(missing) }
  const found = await verified(session, target, { tables, mayBeUnfed: true })
  const fed = new Set(found.verified.map((column) => columnKey(column, column.column)))
  const unfed = [...resolved.values()].flatMap(({ table, entity }) =>
    entity.columns
      .filter((column) => !fed.has(columnKey(table, column)))
      .map(
        (column) =>
          `Cannot find a sequence behind ${quoted(table)}.${quoteIdentifier(column)}, which entity "${String(entity.entity)}" declares as generated.`,
      ),
  )
  const there = new Set([...resolved.values()].map(({ entity }) => entity))
  const absent = entityTables.filter((table) => !there.has(table)).map(missing)
  return { columns: found.columns, unknown: [...found.unknown, ...unfed, ...absent] }
}

function missing({ entity, schema, table }: ResyncTable): string {
  return `Cannot find table ${quoteQualified(schema, table)} of entity "${String(entity)}" in the database.`
}

function quoted({ schema, table }: Pick<Table, 'schema' | 'table'>): string {
  return quoteQualified(schema, table)
}

function columnKey({ schema, table }: Pick<Table, 'schema' | 'table'>, column: string): string {
  return JSON.stringify([schema, table, column])
}

interface Resolved {
  readonly table: Table
  readonly entity: ResyncTable
}

/** Finds the entities' tables: each under its key in the database, where the entity may name no schema. */
async function resolvedTables(
  session: Session,
  tables: readonly ResyncTable[],
): Promise<Map<string, Resolved>> {
  if (tables.length === 0) return new Map()
  const found = await inTransaction(session, 'read only', {}, () => resolveTables(session, tables))
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
  const tables = new Map<string, Set<string>>()
  for (const { schema, table, column } of columns) {
    const key = tableKey({ schema, table })
    const group = tables.get(key)
    if (group) group.add(column)
    else tables.set(key, new Set([column]))
  }
  const places = new Map(
    columns.map(({ schema, table }) => [tableKey({ schema, table }), { schema, table }]),
  )
  return [...places].map(([key, place]) => ({
    entity: null,
    ...place,
    ...known.get(key)?.entity,
    columns: [...(tables.get(key) ?? [])],
  }))
}

async function readMigrationsRepair(
  session: Session,
  target: Target,
): Promise<MigrationsRepair | null> {
  const found = await inTransaction(session, 'read only', {}, () =>
    readDeclarations(session, target),
  )
  const tables = found.migrationsTables.map(quoted)
  if (tables.length === 0) return null
  const { columns } = await verified(session, target, { tables, mayBeUnfed: true })
  const [behind] = columns
  if (!behind) return null
  const { schema, table, column } = behind
  return {
    table: { entity: null, schema, table, columns: [column] },
    oldestPending: await oldestPending(session, target, behind),
  }
}

async function oldestPending(
  session: Session,
  target: Target,
  table: Pick<Table, 'schema' | 'table'>,
): Promise<number | null> {
  if (!isDataSource(target)) return null
  const executed = await inTransaction(session, 'read only', {}, () =>
    readExecutedMigrations(session, table),
  )
  const pending = knownMigrations(target)
    .filter(({ name }) => !executed.has(name))
    .map(({ timestamp }) => timestamp)
  return pending.length === 0 ? null : Math.min(...pending)
}
