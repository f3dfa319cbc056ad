import type { TestDatabase } from './database'

/**
 * Makes schema `name` with this many tables, whose sequences step by 1, 7 and -3 in turn; table n is n steps behind, so that the next value is due at
 * step n + 1.
 */
export async function makeDrifted(
  database: TestDatabase,
  name: string,
  tables: number,
): Promise<void> {
  await database.query(`create schema ${name};
    do $$ declare step bigint; begin
      for n in 1..${String(tables)} loop
        step := (array[1, 7, -3])[n % 3 + 1];
        execute format('create sequence ${name}.s%s increment %s', n, step);
        execute format('create table ${name}.t%s (id bigint primary key default nextval(''${name}.s%1$s''))', n);
        execute format('alter sequence ${name}.s%s owned by ${name}.t%1$s.id', n);
        execute format('insert into ${name}.t%s values (%s)', n, case when step > 0 then 1 else -1 end + (n - 1) * step);
      end loop;
    end $$`)
}

/** Returns how many steps the sequences are past the row that each table has: 1 where nothing too much was drawn, and none is behind. */
export async function stepsPast(database: TestDatabase, name: string, tables: number) {
  const rows = await database.query<{ steps: number }>(`
    select distinct coalesce((pg_sequence_last_value(format('${name}.s%s', n)::regclass)
             - (xpath('/row/id/text()', query_to_xml(format('select id from ${name}.t%s', n), false, true, '')))[1]::text::bigint)
             / seqincrement + 1, 0)::int as steps
      from generate_series(1, ${String(tables)}) n join pg_sequence on seqrelid = format('${name}.s%s', n)::regclass order by 1`)
  return rows.map(({ steps }) => steps)
}
