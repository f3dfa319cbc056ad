import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startEmbeddedServer } from '../src/tools/embedded/server'

/** A PostgreSQL for one run of a benchmark. */
export interface BenchServer {
  /** PostgreSQL's version. */
  readonly version: string
  /** Makes an empty database and returns its URL. */
  newDatabase(): Promise<string>
}

/** Gives `work` a PostgreSQL that is made for it, and ends that afterwards. It does not wait for the disk: what is compared is work, not the disk. */
export async function withBenchServer<T>(work: (server: BenchServer) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-bench-'))
  const server = await startEmbeddedServer({
    folder,
    temporary: true,
    settings: { fsync: 'off', max_connections: '100' },
  })
  let databases = 0
  const ask = async <Row>(sql: string) => {
    const client = new Client(server.url)
    await client.connect()
    const { rows } = await client.query(sql)
    await client.end()
    return rows as Row[]
  }
  try {
    const [asked] = await ask<{ version: string }>(
      `select current_setting('server_version') as version`,
    )
    return await work({
      version: asked?.version ?? '',
      async newDatabase() {
        databases += 1
        const name = `bench_${String(databases)}`
        await ask(`create database ${name}`)
        return server.url.replace(/postgres$/, name)
      },
    })
  } finally {
    await server.stop()
  }
}
