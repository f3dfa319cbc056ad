import type { Session } from '../db/session'
import type { TableReference } from '../db/table-name'

/** A unique constraint or index, as an error of PostgreSQL names it. */
export interface UniqueKey {
  readonly schema: string
  readonly table: string
  readonly constraint: string
}

/** A constraint bears the name of its index. The columns that INCLUDE adds are no part of the key; an expression has no column. */
const KEY_COLUMNS = `
  select a.attname as "column"
    from pg_catalog.pg_class i
    join pg_catalog.pg_index x on x.indexrelid = i.oid
    join pg_catalog.pg_class c on c.oid = x.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
     and a.attnum = any (array(select key from pg_catalog.unnest(x.indkey) with ordinality keys(key, position) where position <= x.indnkeyatts))
   where n.nspname = $1 and c.relname = $2 and i.relname = $3 and x.indisunique`

/** Returns the names of the columns of a unique key; none where there is no such key any more. */
export async function readKeyColumns(
  session: Session,
  { schema, table, constraint }: UniqueKey,
): Promise<string[]> {
  const rows = await session.query<{ column: string }>(KEY_COLUMNS, [schema, table, constraint])
  return rows.map(({ column }) => column)
}

const PARTITION_ROOT = `
  select rn.nspname as schema, r.relname as "table"
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_class r on r.oid = pg_catalog.pg_partition_root(c.oid)
    join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
   where n.nspname = $1 and c.relname = $2 and c.relispartition`

/** Returns the table that a partition is a part of, at the top; null for a table that is none. */
export async function readPartitionRoot(
  session: Session,
  { schema, table }: UniqueKey,
): Promise<TableReference | null> {
  const [root] = await session.query<TableReference>(PARTITION_ROOT, [schema, table])
  return root ?? null
}
