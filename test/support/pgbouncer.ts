import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { serverAccount } from '../../src/tools/embedded/account'

/** Whether pgbouncer can be run here; .ci/run brings it. */
export const HAS_PGBOUNCER = spawnSync('pgbouncer', ['--version']).status === 0

/** A PgBouncer of a test file's own. */
export interface Pooler {
  /** The database's URL, through the pooler. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts PgBouncer on loopback, in transaction mode.
 *
 * @param url - the database; whoever connects to the pooler is its role there
 * @param folder - an empty one, for its files
 * @param poolSize - how many connections it keeps to the database
 */
export async function startPgbouncer(
  url: string,
  folder: string,
  poolSize: number,
): Promise<Pooler> {
  const { hostname, port, username, password, pathname } = new URL(url)
  const own = await freePort()
  const secret = decodeURIComponent(password)
  const config = join(folder, 'pgbouncer.ini')
  writeFileSync(
    config,
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${port} user=${username} password=${secret}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${String(own)}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${String(poolSize)}
server_login_retry = 1
`,
  )
  const account = serverAccount()
  if (account) for (const path of [folder, config]) chownSync(path, account.uid, account.gid)
  chmodSync(folder, 0o755)
  const child = spawn('pgbouncer', [config], { ...account, cwd: folder, stdio: 'ignore' })
  const pooled = new URL(url)
  pooled.port = String(own)
  await answering(pooled.href)
  return {
    url: pooled.href,
    async stop() {
      const ended = once(child, 'exit')
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function answering(url: string): Promise<void> {
  let cause: unknown
  for (let tries = 0; tries < 100; tries += 1) {
    const client = new Client(url)
    try {
      await client.connect()
      return
    } catch (error) {
      cause = error
      await sleep(50)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  throw new Error('PgBouncer does not answer.', { cause })
}

async function freePort(): Promise<number> {
  const listener = createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  await new Promise((resolve) => listener.close(resolve))
  return port
}
