import { readSequenceColumns } from '../../catalog/columns'
import { isResolved, type ResolvedColumn, type SequenceName } from '../../catalog/sequence-column'
import { quoteQualified } from '../../db/quoting'
import type { Session } from '../../db/session'
import type { TableReference } from '../../db/table-name'

/** Between a partition and its root, in either direction. */
const RELATIVES = `
  select part.relid::oid::text as oid, pn.nspname as schema, p.relname as "table", part.level = 0 as "isRoot"
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.pg_partition_tree(pg_catalog.pg_partition_root(c.oid)) part
    join pg_catalog.pg_class p on p.oid = part.relid
    join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
   where n.nspname = $1 and c.relname = $2 and part.relid <> c.oid`

/** A column of a partition, or of the table that is partitioned. */
export type Relative = ResolvedColumn & { readonly isRoot: boolean }

/** Reads the columns of a table's partitions, or of the tables it is a partition of, that draw from a sequence of their own. */
export async function readRelatives(session: Session, column: ResolvedColumn): Promise<Relative[]> {
  type Row = { readonly oid: string; readonly isRoot: boolean } & TableReference
  const rows = await session.query<Row>(RELATIVES, [column.schema, column.table])
  if (rows.length === 0) return []
  const columns = await readSequenceColumns(session, { tables: rows.map(({ oid }) => oid) })
  const root = rows.find(({ isRoot }) => isRoot)
  return columns
    .filter(isResolved)
    .filter(
      (other) =>
        other.column === column.column &&
        // Before 17, a partition's identity is its own; from 17 on it draws from the root's sequence.
        (!other.coveredByParent || other.binding.startsWith('identity')) &&
        other.sequence.oid !== column.sequence.oid,
    )
    .map((other) => ({
      ...other,
      isRoot: other.schema === root?.schema && other.table === root.table,
    }))
}

/** Returns the last value that a sequence gave; null where it gave none, or it may not be read. */
export async function readLastValue(
  session: Session,
  { schema, name }: SequenceName,
): Promise<bigint | null> {
  const sql = `select case when pg_catalog.has_sequence_privilege(c.oid, 'SELECT, USAGE') then pg_catalog.pg_sequence_last_value(c.oid)::text end as last
    from (select $1::regclass::oid as oid) c`
  const [row] = await session.query<{ last: string | null }>(sql, [quoteQualified(schema, name)])
  const last = row?.last ?? null
  return last === null ? null : BigInt(last)
}
