import { readSequenceColumns } from '../../catalog/columns'
import { isResolved, type ResolvedColumn, type SequenceName } from '../../catalog/sequence-column'
import { quoteQualified } from '../../db/quoting'
import type { Session } from '../../db/session'

/** Between a partition and its root, in either direction. */
const RELATIVES = `
  select part.relid::oid::text as oid
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.pg_partition_tree(pg_catalog.pg_partition_root(c.oid)) part
   where n.nspname = $1 and c.relname = $2 and part.relid <> c.oid`

/** Reads the columns of a table's partitions, or of the tables it is a partition of, that draw from a sequence of their own. */
export async function readRelatives(
  session: Session,
  column: ResolvedColumn,
): Promise<ResolvedColumn[]> {
  const rows = await session.query<{ oid: string }>(RELATIVES, [column.schema, column.table])
  if (rows.length === 0) return []
  const columns = await readSequenceColumns(session, { tables: rows.map(({ oid }) => oid) })
  return columns
    .filter(isResolved)
    .filter(
      (other) =>
        other.column === column.column &&
        !other.coveredByParent &&
        other.sequence.oid !== column.sequence.oid,
    )
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
