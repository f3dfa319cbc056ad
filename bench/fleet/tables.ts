import { Client } from 'pg'

/** Tables of one tenant, in a schema of its own. */
const TENANT = 100
/** In one transaction, which keeps a lock on each: default settings have room for 6,400. */
const AT_ONCE = 500

/** The highest id of every table. */
const HIGHEST = 100

/** Gives `work` a connection, and ends it. */
export async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Returns the name of table `n`. */
export function tableName(n: number): string {
  return `tenant_${String(Math.floor(n / TENANT))}.t${String(n)}`
}

/** Makes so many tables with a few rows each, whose sequences are where they should be. */
export function makeTables(url: string, tables: number): Promise<void> {
  return connected(url, async (client) => {
    for (let n = 0; n < tables; n += TENANT)
      await client.query(`create schema tenant_${String(n / TENANT)}`)
    await forEach(client, tables, (n) => {
      const name = tableName(n)
      return `create table ${name} (id bigserial primary key, note text); insert into ${name} (id) values (1), (50), (${String(HIGHEST)});
        select setval('${name}_id_seq', ${String(HIGHEST)})`
    })
    await client.query('vacuum analyze')
  })
}

/** Puts every sequence 1 to 50 values behind. */
export function drift(url: string, tables: number): Promise<void> {
  return connected(url, (client) =>
    forEach(
      client,
      tables,
      (n) => `select setval('${tableName(n)}_id_seq', ${String(HIGHEST - 1 - (n % 50))})`,
    ),
  )
}

/** Counts the sequences whose next value is not past the highest. */
export function countBehind(url: string, tables: number): Promise<number> {
  return connected(url, async (client) => {
    let behind = 0
    for (let n = 0; n < tables; n += TENANT) {
      const { rows } = await client.query<{ behind: number }>(
        `select count(*)::integer as behind from pg_sequence s join pg_class c on c.oid = s.seqrelid
          where c.relnamespace = 'tenant_${String(n / TENANT)}'::regnamespace and coalesce(pg_sequence_last_value(s.seqrelid), 0) < ${String(HIGHEST)}`,
      )
      behind += rows[0]?.behind ?? NaN
    }
    return behind
  })
}

async function forEach(client: Client, tables: number, sqlOf: (n: number) => string) {
  for (let start = 0; start < tables; start += AT_ONCE) {
    const statements = Array.from({ length: Math.min(AT_ONCE, tables - start) }, (_, index) =>
      sqlOf(start + index),
    )
    await client.query(`begin; ${statements.join(';')}; commit`)
  }
}
