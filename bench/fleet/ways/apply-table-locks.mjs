import { connected, readColumns } from './common.mjs'

// As a migration does it: all in one transaction.
await connected(1, async ([client]) => {
  await client.query('begin')
  for (const { sequence, table, column } of await readColumns(client)) {
    await client.query(
      `lock table ${table} in share row exclusive mode; select setval('${sequence}', (select max(${column}) from ${table}))`,
    )
  }
  await client.query('commit')
})
