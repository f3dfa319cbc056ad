import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'

/** A database of a test file's own. */
export interface TestDatabase {
  readonly name: string
  readonly url: string
  /** The superuser's session, for setting things up and looking at them. */
  query<Row = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>
  /** Inserts a row of defaults and returns the id that it got. */
  nextId(table: string): Promise<unknown>
  /** Opens another session, closed after the file. */
  connect(url?: string): Promise<Client>
  /** Returns the URL with another role. */
  urlFor(role: string, password: string): string
}

/**
 * Makes a database before the file's tests, as a copy of `template`, and drops it after them. A session that the code under test left
 * open makes the drop, and so the file, fail.
 */
export function useDatabase(template: 'incident' | 'template0' = 'template0'): TestDatabase {
  const serverUrl = inject('serverUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = serverUrl.replace(/postgres$/, name)
  const clients: Client[] = []
  let own: Client | undefined

  const connect = async (to = url) => {
    const client = new Client(to)
    client.on('error', () => undefined)
    await client.connect()
    clients.push(client)
    return client
  }

  beforeAll(async () => {
    await asAdmin(`create database ${name} template ${template}`)
    own = await connect()
  })

  afterAll(async () => {
    for (const client of clients) await client.end().catch(() => undefined)
    await asAdmin(`drop database ${name}`)
  })

  const query = async <Row>(sql: string, values?: unknown[]) => {
    if (!own) throw new Error('The database is made before the first test.')
    return (await own.query(sql, values)).rows as Row[]
  }

  return {
    name,
    url,
    connect,
    query,
    async nextId(table) {
      const [row] = await query<{ id: unknown }>(`insert into ${table} default values returning id`)
      return row?.id
    },
    urlFor(role, password) {
      const other = new URL(url)
      other.username = role
      other.password = password
      return other.href
    },
  }

  async function asAdmin(sql: string): Promise<void> {
    const admin = new Client(serverUrl)
    await admin.connect()
    try {
      await patiently(() => admin.query(sql))
    } finally {
      await admin.end()
    }
  }
}

/** A backend takes a moment to notice that its client is gone; two files copying one template wait for each other. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work()
      return
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || tries === 100) throw error
      await sleep(50)
    }
  }
}
