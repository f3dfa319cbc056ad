import { Client } from 'pg'

export const COLUMNS = `
  select s.oid, sn.nspname || '.' || s.relname as sequence, n.nspname || '.' || c.relname as "table", a.attname as "column"
    from pg_class s join pg_namespace sn on sn.oid = s.relnamespace
    join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
   where s.relkind = 'S' order by 3`

/** In one statement. */
const BATCH = 100

/** Gives `work` so many new connections, and ends them; the names are the benchmark's own and need no quotes. */
export async function connected(count, work) {
  const clients = Array.from({ length: count }, () => new Client(process.argv[2]))
  try {
    await Promise.all(clients.map((client) => client.connect()))
    await work(clients)
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}

/** Reads which sequence feeds which column, the quick way: by who owns it. */
export async function readColumns(client) {
  return (await client.query(COLUMNS)).rows
}

/** Runs one statement for each hundred columns, over all connections. */
export async function inBatches(clients, columns, sqlOf) {
  const rows = []
  const batches = columns.map((_, start) => start).filter((start) => start % BATCH === 0)
  const run = async (client) => {
    for (let start = batches.shift(); start !== undefined; start = batches.shift()) {
      const batch = columns.slice(start, start + BATCH)
      rows.push(...(await client.query(batch.map(sqlOf).join(' union all '))).rows)
    }
  }
  await Promise.all(clients.map(run))
  return rows
}
