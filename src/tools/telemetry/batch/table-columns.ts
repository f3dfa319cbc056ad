import type { QueryRunner } from 'typeorm'

/** A column as the database has it. */
export interface TableColumn {
  readonly name: string
  /** Its type as a cast names it, without its modifiers; undefined for a text: an assignment refuses what a cast to varchar(n) would cut. */
  readonly cast: string | undefined
  /** Whether leaving it out is other than NULL. */
  readonly hasDefault: boolean
}

/** A table's columns by their names, in its order. */
export type TableColumns = ReadonlyMap<string, TableColumn>

/** A modifier of -1 and not null: else a char(n) would be named `character`, which is char(1). */
const COLUMNS = `
  select a.attname as name,
         case when t.typcategory <> 'S' then pg_catalog.format_type(a.atttypid, -1) end as cast,
         a.atthasdef or a.attidentity <> '' or t.typdefault is not null as "hasDefault"
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid
   where a.attrelid = $1::pg_catalog.regclass and a.attnum > 0 and not a.attisdropped
   order by a.attnum`

/** Reads the columns of a table, by the name that SQL has for it. */
export async function readTableColumns(runner: QueryRunner, table: string): Promise<TableColumns> {
  const rows = (await runner.query(COLUMNS, [table])) as (Omit<TableColumn, 'cast'> & {
    readonly cast: string | null
  })[]
  return new Map(rows.map((row) => [row.name, { ...row, cast: row.cast ?? undefined }]))
}
