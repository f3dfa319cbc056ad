import { connected, inBatches, readColumns } from './common.mjs'

// The best that a hand-written script could do: it takes ownership for binding, and checks no rights, directions or types.
await connected(2, async (clients) => {
  const columns = await readColumns(clients[0])
  const states = await inBatches(
    clients,
    columns,
    ({ oid, table, column }) =>
      `select '${table}' as name, pg_sequence_last_value(${oid}) as last, (select max(${column}) from ${table}) as max`,
  )
  const behind = states.filter(({ last, max }) => BigInt(last ?? 0) < BigInt(max ?? 0))
  for (const { name, last, max } of states) console.log(name, last, max)
  console.log(`${columns.length}, ${behind.length} behind`)
})
