import { COLUMNS, connected } from './common.mjs'

await connected(1, async ([client]) => {
  await client.query(`do $$ declare t record; begin
    for t in ${COLUMNS} loop
      execute format('select setval(%s, (select max(%I) from %s))', t.oid, t.column, t.table);
    end loop; end $$`)
}).catch(({ code }) => {
  console.error(code)
  process.exitCode = 1
})
