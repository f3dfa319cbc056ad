import type { ColumnFilter, TableColumn } from '../catalog/columns'
import type { SequenceColumn } from '../catalog/sequence-column'
import { readMigrationsTables } from '../catalog/migrations-tables'
import { readSchemas, readTables, resolveTables, type Table } from '../catalog/tables'
import { quoteIdentifier, quoteQualified } from '../db/quoting'
import { isDataSource, type Session, type Target } from '../db/session'
import { parseTableName, tableKey, type TableReference } from '../db/table-name'
import { UnknownSchemaError, UnknownTableError, UsageError } from '../errors'
import { readEntityTables } from '../metadata/entities'
import { discoverGeneratedColumns } from '../metadata/generated-columns'
import { migrationsTable } from '../metadata/migrations-table'
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

/** A selection, as the database has it. */
export interface ResolvedSelection {
  readonly filter: ColumnFilter
  /** The tables that were named, by themselves or by their entities. */
  readonly tables: readonly Table[]
}

/** What a DataSource's entities say about the tables of the database. */
export interface Declarations {
  /** Returns the entity that stands for a table; null where none is known. */
  readonly entityOf: (schema: string, table: string) => string | null
  /** The columns that entities declare as generated from a sequence. */
  readonly generated: readonly TableColumn[]
  /** Of these, those whose table is not in the database, in a form to print. */
  readonly missing: readonly string[]
  /** The tables in which TypeORM writes down which migrations ran. */
  readonly migrationsTables: readonly Table[]
}

/**
 * Finds what is selected in the database. Something that is named and not there is an error: to pass it over would look like ok.
 *
 * @throws {UsageError} when entities are selected without a DataSource.
 * @throws {UnknownEntityError} when the DataSource has no such entity; the nearest names are offered.
 * @throws {UnknownTableError} when the database has no such table; the nearest names are offered.
 * @throws {UnknownSchemaError} when the database has no such schema; the nearest names are offered.
 */
export async function resolveSelection(
  session: Session,
  target: Target,
  selection: Selection,
): Promise<ResolvedSelection> {
  const { entities = [], tables = [], schemas } = selection
  if (schemas) await assertSchemas(session, schemas)
  const wanted = [...tables.map(parseTableName), ...(await entityTables(target, entities))]
  if (wanted.length === 0) return { filter: { schemas }, tables: [] }
  const resolved = await resolveTables(session, wanted)
  const missing = wanted[resolved.indexOf(null)]
  if (missing) throw await unknownTable(session, missing)
  const found = resolved.filter((table) => table !== null)
  return { filter: { schemas, tables: found.map(({ oid }) => oid) }, tables: found }
}

/** @throws {UnknownTableError} when a table was named that is in none of the selected schemas, or in which no sequence feeds a column. */
export function assertFed(
  { filter, tables }: ResolvedSelection,
  columns: readonly SequenceColumn[],
): void {
  const outside = tables.find(({ schema }) => filter.schemas && !filter.schemas.includes(schema))
  if (outside) {
    throw new UnknownTableError(
      `Cannot look at ${quoteQualified(outside.schema, outside.table)}: it is in none of the schemas that were selected. Nothing was changed.`,
    )
  }
  const fed = new Set(columns.map(({ schema, table }) => quoteQualified(schema, table)))
  const names = tables.map(({ schema, table }) => quoteQualified(schema, table))
  const unfed = [...new Set(names)].filter((name) => !fed.has(name))
  if (unfed.length === 0) return
  throw new UnknownTableError(
    `Cannot find a sequence behind ${unfed.join(', ')}: no column draws its default from one. Nothing was changed.`,
  )
}

async function assertSchemas(session: Session, schemas: readonly string[]): Promise<void> {
  const known = await readSchemas(session)
  const missing = schemas.find((schema) => !known.includes(schema))
  if (missing === undefined) return
  throw new UnknownSchemaError(
    `Cannot find schema ${quoteIdentifier(missing)} in the database.${nearestNames(missing, known)} Nothing was changed.`,
  )
}

async function entityTables(
  target: Target,
  entities: readonly string[],
): Promise<TableReference[]> {
  if (entities.length === 0) return []
  if (!isDataSource(target)) {
    throw new UsageError(
      'Cannot select an entity without its DataSource. Use --data-source FILE, or --table [schema.]table instead of --entity.',
    )
  }
  return selectEntities(await readEntityTables(target), entities)
}

async function unknownTable(
  session: Session,
  { schema, table }: TableReference,
): Promise<UnknownTableError> {
  const tables = new Map((await readTables(session)).map((known) => [tableArgument(known), known]))
  const namesakes = [...tables].filter(([, known]) => known.table === table)
  const candidates = namesakes.length > 0 ? new Map(namesakes) : tables
  // Rank by the table's own name, whatever schema it is in.
  const nearest = nearestNames(table, candidates.keys(), (name) => tables.get(name)?.table ?? name)
  return new UnknownTableError(
    `Cannot find table ${quoteQualified(schema, table)} in the database.${nearest} Nothing was changed.`,
  )
}

/** Reads what the DataSource's entities declare: of several on one table, the one that generates its key gives its name. */
export async function readDeclarations(session: Session, target: Target): Promise<Declarations> {
  if (!isDataSource(target)) {
    const migrationsTables = await readMigrationsTables(session)
    return { entityOf: () => null, generated: [], missing: [], migrationsTables }
  }
  const columns = await discoverGeneratedColumns(target)
  const entities = [...columns, ...(await readEntityTables(target))]
  const [migrations = null, ...tables] = await resolveTables(session, [
    migrationsTable(target),
    ...entities,
  ])
  const names = new Map<string, string>()
  for (const [index, { entity }] of entities.entries()) {
    const table = tables[index]
    if (!table) continue
    const name = tableKey(table)
    if (!names.has(name)) names.set(name, entity)
  }
  return {
    entityOf: (schema, table) => names.get(tableKey({ schema, table })) ?? null,
    generated: columns.flatMap(({ column }, index) => {
      const table = tables[index]
      return table ? [{ table: table.oid, column }] : []
    }),
    missing: [
      ...new Set(columns.flatMap((column, index) => (tables[index] ? [] : missingTable(column)))),
    ],
    migrationsTables: migrations ? [migrations] : [],
  }
}

/** Returns the sentence about an entity whose table is not in the database. */
export function missingTable({
  entity,
  schema,
  table,
}: TableReference & { readonly entity: string | null }): string {
  return `Cannot find table ${quoteQualified(schema, table)} of entity "${String(entity)}" in the database.`
}
