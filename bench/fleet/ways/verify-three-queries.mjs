import { connected, readColumns } from './common.mjs'

await connected(1, async ([client]) => {
  const columns = await readColumns(client)
  let behind = 0
  for (const { table, column } of columns) {
    const value = async (sql) => (await client.query(sql)).rows[0].value
    const sequence = await value(`select pg_get_serial_sequence('${table}', '${column}') as value`)
    const max = await value(`select max(${column}) as value from ${table}`)
    const last = await value(`select last_value as value from ${sequence}`)
    if (BigInt(last) < BigInt(max ?? 0)) behind += 1
    console.log(table, last, max)
  }
  console.log(`${columns.length}, ${behind} behind`)
})
