import { connected, readColumns } from './common.mjs'

const [, , , scope] = process.argv

// Scope 'all' is what migrations do whose tool runs all that are pending in one transaction; 'each' is a transaction a table.
await connected(1, async ([client]) => {
  const columns = await readColumns(client)
  if (scope === 'all') await client.query('begin')
  for (const { oid, table, column } of columns) {
    const repair = `lock table ${table} in share row exclusive mode; select setval(${oid}, (select max(${column}) from ${table}))`
    await client.query(scope === 'all' ? repair : `begin; ${repair}; commit`)
  }
  if (scope === 'all') await client.query('commit')
})
