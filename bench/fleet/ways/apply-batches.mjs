import { connected, inBatches, readColumns } from './common.mjs'

// The best that a hand-written script could do. Beside writers it gives values out twice: nothing holds them between max() and setval().
await connected(2, async (clients) => {
  const columns = await readColumns(clients[0])
  const moved = await inBatches(
    clients,
    columns,
    ({ oid, table, column }) =>
      `select '${table}' as name, setval(${oid}, max) from (select max(${column}) from ${table}) highest where max > coalesce(pg_sequence_last_value(${oid}), 0)`,
  )
  for (const { name, setval } of moved) console.log(name, setval)
  console.log(`${columns.length}, ${moved.length} moved`)
})
