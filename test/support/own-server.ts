import { rmSync } from 'node:fs'
import { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { startEmbeddedServer, type EmbeddedServer } from '../../src/tools/embedded/server'
import { useFolders } from './folders'
import { serverUnderTest } from './postgres-version'
import { gone } from './processes'

/** A server of a test file's own, of the version under test: for what other files' sessions would disturb, or would suffer from. */
export interface OwnServer {
  /** The running server. */
  current(): EmbeddedServer
  /** Opens a superuser's session, closed after the file. */
  connect(): Promise<Client>
  /** Kills the server with -9 and starts it again on the same files: it recovers. */
  crash(): Promise<void>
}

/** Starts a server before the file's tests, and ends it after them. */
export function useOwnServer(settings: Readonly<Record<string, string>> = {}): OwnServer {
  const newFolder = useFolders()
  const clients: Client[] = []
  let folder = ''
  let server: EmbeddedServer | undefined

  const current = () => {
    if (!server) throw new Error('The server is started before the first test.')
    return server
  }
  const start = async () => {
    server = await startEmbeddedServer({ ...serverUnderTest(), folder, settings })
  }

  beforeAll(async () => {
    folder = newFolder()
    await start()
  })

  afterAll(async () => {
    for (const client of clients) await client.end().catch(() => undefined)
    await server?.stop()
    if (server) rmSync(server.folder, { recursive: true, force: true })
  })

  return {
    current,
    async connect() {
      const client = new Client(current().url)
      client.on('error', () => undefined)
      await client.connect()
      clients.push(client)
      return client
    },
    async crash() {
      const { pid } = current()
      process.kill(pid, 'SIGKILL')
      await gone(pid)
      await start()
    },
  }
}
