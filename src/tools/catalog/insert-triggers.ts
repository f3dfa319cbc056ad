import type { Session } from '../db/session'

/** Row triggers that run before an insert may set its key: bits 1 (row), 2 (before) and 4 (insert) of tgtype. */
const INSERT_TRIGGERS = `
  select t.tgname as name
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relname = $2 and not t.tgisinternal and t.tgenabled <> 'D' and t.tgtype::integer & 7 = 7
   order by t.tgname`

/** Returns the names of the triggers that may change a row before it is inserted. */
export async function readInsertTriggers(
  session: Session,
  schema: string,
  table: string,
): Promise<string[]> {
  const rows = await session.query<{ name: string }>(INSERT_TRIGGERS, [schema, table])
  return rows.map(({ name }) => name)
}
