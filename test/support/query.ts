import { Client } from 'pg'

/** Runs `sql` in a session of its own, and returns its rows. */
export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(sql)
  await client.end()
  return rows
}
