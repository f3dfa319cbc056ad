import { connected } from './common.mjs'

await connected(1, async ([client]) => {
  await client.query(`do $$ declare t record; begin
    for t in select table_schema || '.' || table_name as name, column_name as id from information_schema.columns
              where column_default like 'nextval(%' and table_schema not in ('pg_catalog', 'information_schema') loop
      execute format('select setval(pg_get_serial_sequence(%L, %L), (select max(%I) from %s))', t.name, t.id, t.id, t.name);
    end loop; end $$`)
}).catch(({ code }) => {
  console.error(code)
  process.exitCode = 1
})
