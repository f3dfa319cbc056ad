import { quoteQualified } from '../db/quoting'
import type { Session } from '../db/session'
import type { Table } from './tables'
import { isPermanentTable, isUserSchema } from './user-tables'

/** By the name that TypeORM gives it by default, and its columns (typeorm/src/migration/MigrationExecutor.ts). */
const MIGRATIONS_TABLES = `
  select c.oid::text as oid, n.nspname as schema, c.relname as "table"
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relname = 'migrations' and ${isPermanentTable('c')} and ${isUserSchema('n.nspname')}
     and array(select a.attname::text from pg_catalog.pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attname)
         = array['id', 'name', 'timestamp']
   order by n.nspname`

/** Finds the tables that look like those in which TypeORM writes down which migrations ran. */
export async function readMigrationsTables(session: Session): Promise<Table[]> {
  return session.query<Table>(MIGRATIONS_TABLES)
}

/** Reads the names of the migrations that ran. */
export async function readExecutedMigrations(
  session: Session,
  { schema, table }: Pick<Table, 'schema' | 'table'>,
): Promise<Set<string>> {
  const rows = await session.query<{ name: string }>(
    `select name from ${quoteQualified(schema, table)}`,
  )
  return new Set(rows.map(({ name }) => name))
}
