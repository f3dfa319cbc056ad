import { tableKey } from '../../db/table-name'
import type { Session } from '../../db/session'
import type { VerifiedColumn } from '../../sequences/verify'

const NAMESAKES = `
  select wanted.schema, wanted.name
    from rows from (pg_catalog.unnest($1::name[]), pg_catalog.unnest($2::name[])) wanted(schema, name)
   where exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                  where c.relkind = 'S' and c.relname = wanted.name and n.nspname <> wanted.schema)`

/** Returns, by `tableKey`, the sequences of which another schema has one of the same name. */
export async function readSequenceNamesakes(
  session: Session,
  columns: readonly VerifiedColumn[],
): Promise<ReadonlySet<string>> {
  const sequences = columns.flatMap(({ sequence }) => (sequence ? [sequence] : []))
  const rows = await session.query<{ schema: string; name: string }>(NAMESAKES, [
    sequences.map(({ schema }) => schema),
    sequences.map(({ name }) => name),
  ])
  return new Set(rows.map(({ schema, name }) => tableKey({ schema, table: name })))
}
