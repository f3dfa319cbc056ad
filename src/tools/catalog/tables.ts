import type { Session } from '../db/session'

/** A table's name, as the catalog has it. */
export interface TableName {
  readonly schema: string
  readonly table: string
}

const TABLES = `
  select n.nspname as schema, c.relname as "table"
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
   order by 1, 2`

const RESOLVED = `
  select n.nspname as schema, c.relname as "table"
    from pg_catalog.unnest($1::text[]) with ordinality wanted(name, position)
    left join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(wanted.name)
    left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   order by wanted.position`

/** Reads the names of all tables, to offer the nearest where one is not found. */
export async function readTables(session: Session): Promise<TableName[]> {
  return session.query<TableName>(TABLES)
}

/** Finds each of the quoted SQL `names`, unqualified ones through the search path; null for one that is not there. */
export async function resolveTables(
  session: Session,
  names: readonly string[],
): Promise<(TableName | null)[]> {
  const rows = await session.query<{ schema: string | null; table: string | null }>(RESOLVED, [
    names,
  ])
  return rows.map(({ schema, table }) =>
    schema === null || table === null ? null : { schema, table },
  )
}
