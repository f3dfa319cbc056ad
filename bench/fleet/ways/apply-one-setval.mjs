import { connected, readColumns } from './common.mjs'

await connected(1, async ([client]) => {
  for (const { table, column } of await readColumns(client)) {
    await client.query(
      `select setval(pg_get_serial_sequence('${table}', '${column}'), (select max(${column}) from ${table}))`,
    )
  }
})
