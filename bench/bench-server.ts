import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startEmbeddedServer } from '../src/tools/embedded/server'

/** A PostgreSQL for one run of a benchmark. */
export interface BenchServer {
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
  try {
    return await work({
      async newDatabase() {
        databases += 1
        const name = `bench_${String(databases)}`
        const client = new Client(server.url)
        await client.connect()
        await client.query(`create database ${name}`)
        await client.end()
        return server.url.replace(/postgres$/, name)
      },
    })
  } finally {
    await server.stop()
  }
}
