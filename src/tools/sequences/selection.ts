import type { ColumnFilter } from '../catalog/columns'
import { readTables, resolveTables } from '../catalog/tables'
import { quoteQualified } from '../db/quoting'
import { isDataSource, type Session, type Target } from '../db/session'
import { parseTableName } from '../db/table-name'
import { UnknownTableError, UsageError } from '../errors'
import { readEntityTables } from '../metadata/entities'
import { selectEntities } from '../metadata/select-entities'
import { nearestNames } from '../suggestion'
import { tableArgument } from './names'

/** Which columns to look at; with nothing given, every one that a sequence feeds. */
export interface Selection {
  /** Entities of the DataSource, by name. */
  readonly entities?: readonly string[] | undefined
  /** `[schema.]table`, with double quotes around a part that holds a dot. Case is kept. */
  readonly tables?: readonly string[] | undefined
  /** Only tables of these schemas. */
  readonly schemas?: readonly string[] | undefined
}

/** Returns the entity that stands for a table; null where none is known. */
export type EntityLookup = (schema: string, table: string) => string | null

/**
 * Turns a selection into a filter for the catalog.
 *
 * @throws {UsageError} when entities are selected without a DataSource.
 * @throws {UnknownEntityError} when the DataSource has no such entity; the nearest names are offered.
 * @throws {UnknownTableError} when the database has no such table; the nearest names are offered.
 */
export async function resolveSelection(
  session: Session,
  target: Target,
  selection: Selection,
): Promise<ColumnFilter> {
  const { entities = [], tables = [], schemas } = selection
  const wanted = [...tables.map(parseTableName), ...(await entityTables(target, entities))].map(
    ({ schema, table }) => ({
      table,
      name: quoteQualified(schema, table),
    }),
  )
  if (wanted.length === 0) return { schemas }
  const names = wanted.map(({ name }) => name)
  const found = await resolveTables(session, names)
  const missing = wanted.find((_, index) => !found[index])
  if (missing) throw await unknownTable(session, missing.name, missing.table)
  return { schemas, tables: names }
}

async function entityTables(target: Target, entities: readonly string[]) {
  if (entities.length === 0) return []
  if (!isDataSource(target)) {
    throw new UsageError(
      'Cannot select an entity without its DataSource. Run: with --data-source FILE, or with --table [schema.]table instead of --entity',
    )
  }
  return selectEntities(await readEntityTables(target), entities)
}

async function unknownTable(
  session: Session,
  name: string,
  table: string,
): Promise<UnknownTableError> {
  const tables = await readTables(session)
  const nearest = tables.filter((candidate) => candidate.table === table)
  const names = (nearest.length > 0 ? nearest : tables).map(tableArgument)
  return new UnknownTableError(
    `Cannot find table ${name} in the database.${nearestNames(table, names)} Nothing was changed.`,
  )
}

/** Reads which tables the DataSource's entities stand for, as the session's search path finds them. */
export async function readEntityLookup(session: Session, target: Target): Promise<EntityLookup> {
  if (!isDataSource(target)) return () => null
  const entities = await readEntityTables(target)
  const tables = await resolveTables(
    session,
    entities.map(({ schema, table }) => quoteQualified(schema, table)),
  )
  const key = (schema: string, table: string) => JSON.stringify([schema, table])
  const names = new Map(
    entities.flatMap(({ entity }, index) => {
      const table = tables[index]
      return table ? [[key(table.schema, table.table), entity] as const] : []
    }),
  )
  return (schema, table) => names.get(key(schema, table)) ?? null
}
