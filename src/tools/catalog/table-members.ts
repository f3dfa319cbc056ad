import type { Session } from '../db/session'
import { tableKey, type TableReference } from '../db/table-name'
import { groupedBy } from '../grouped-by'

/** A table whose rows are a table's own: itself, or one of its partitions. */
export interface TableMember extends TableReference {
  readonly schema: string
  /** In their order, as rows without a list of columns fill them. */
  readonly columns: readonly string[]
  /** Whether another schema has a table of this name, so that the name alone does not tell. */
  readonly hasNamesake: boolean
}

const MEMBERS = `
  select wanted.schema as "ofSchema", wanted.name as "ofTable", n.nspname as schema, m.relname as "table",
         array(select a.attname::text from pg_catalog.pg_attribute a
                where a.attrelid = m.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
         exists (select from pg_catalog.pg_class other
                  where other.relname = m.relname and other.oid <> m.oid and other.relkind in ('r', 'p', 'v', 'f')) as "hasNamesake"
    from rows from (pg_catalog.unnest($1::name[]), pg_catalog.unnest($2::name[])) wanted(schema, name)
    join pg_catalog.pg_namespace wn on wn.nspname = wanted.schema
    join pg_catalog.pg_class c on c.relnamespace = wn.oid and c.relname = wanted.name
    join pg_catalog.pg_class m on m.oid = c.oid
      or c.relkind = 'p' and m.oid in (select relid from pg_catalog.pg_partition_tree(c.oid))
    join pg_catalog.pg_namespace n on n.oid = m.relnamespace
   order by m.oid <> c.oid, n.nspname, m.relname`

/** Returns, by `tableKey`, each table with its partitions, itself first. */
export async function readMembers(
  session: Session,
  tables: readonly { readonly schema: string; readonly table: string }[],
): Promise<Map<string, TableMember[]>> {
  type Row = TableMember & { readonly ofSchema: string; readonly ofTable: string }
  const unique = [...new Map(tables.map((table) => [tableKey(table), table])).values()]
  const rows = await session.query<Row>(MEMBERS, [
    unique.map(({ schema }) => schema),
    unique.map(({ table }) => table),
  ])
  return groupedBy(rows, ({ ofSchema, ofTable }) => tableKey({ schema: ofSchema, table: ofTable }))
}
