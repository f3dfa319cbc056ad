import { quoteIdentifier } from '../db/quoting'
import type { Session } from '../db/session'
import type { TableReference } from '../db/table-name'
import { isPermanentTable, isUserSchema } from './user-tables'

/** A table of the database. */
export interface Table {
  readonly oid: string
  readonly schema: string
  readonly table: string
}

const TABLES = `
  select c.oid::text as oid, n.nspname as schema, c.relname as "table"
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where ${isPermanentTable('c')} and ${isUserSchema('n.nspname')}
   order by n.nspname, c.relname`

const SCHEMAS = `
  select nspname as schema from pg_catalog.pg_namespace where ${isUserSchema('nspname')} order by nspname`

/** A qualified name is looked up in the catalog, because to_regclass raises an error in a schema that the role may not enter. */
const RESOLVED = `
  select c.oid::text as oid, n.nspname as schema, c.relname as "table"
    from rows from (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[]), pg_catalog.unnest($3::text[]))
         with ordinality wanted(schema, name, quoted, position)
    left join pg_catalog.pg_namespace named on named.nspname = wanted.schema
    left join pg_catalog.pg_class qualified on qualified.relnamespace = named.oid and qualified.relname = wanted.name
    left join pg_catalog.pg_class c
      on c.oid = coalesce(qualified.oid, case when wanted.schema is null then pg_catalog.to_regclass(wanted.quoted)::oid end)
    left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   order by wanted.position`

/** Reads the names of all tables, to offer the nearest where one is not found. */
export async function readTables(session: Session): Promise<Table[]> {
  return session.query<Table>(TABLES)
}

/** Reads the names of all schemas but the system's. */
export async function readSchemas(session: Session): Promise<string[]> {
  return (await session.query<{ schema: string }>(SCHEMAS)).map(({ schema }) => schema)
}

/** Finds each of the tables, those without a schema through the search path; null for one that is not there. */
export async function resolveTables(
  session: Session,
  wanted: readonly TableReference[],
): Promise<(Table | null)[]> {
  const rows = await session.query<Table | { oid: null }>(RESOLVED, [
    wanted.map(({ schema }) => schema ?? null),
    wanted.map(({ table }) => table),
    wanted.map(({ table }) => quoteIdentifier(table)),
  ])
  return rows.map((row) => (row.oid === null ? null : row))
}
