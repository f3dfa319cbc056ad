import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { startEmbeddedServer } from '../../src/tools/embedded/server'
import { isAlive } from '../../src/tools/embedded/start-lock'
import { gone } from '../support/processes'
import { useFolders } from '../support/folders'
import { query } from '../support/query'
import { npm, ROOT, run, TSX } from '../support/run'

const newFolder = useFolders()

describe('the embedded server', () => {
  it('keeps its data from one start to the next, listens on loopback alone, and stops', async () => {
    const folder = newFolder()
    const first = await startEmbeddedServer({ folder })
    expect(await query(first.url, `select current_setting('listen_addresses') as at`)).toEqual([
      { at: '127.0.0.1' },
    ])
    await query(first.url, 'create table kept (id serial)')
    await first.stop()
    expect(isAlive(first.pid)).toBe(false)
    const second = await startEmbeddedServer({ folder })
    expect(await query(second.url, 'select count(*) from kept')).toEqual([{ count: '0' }])
    await second.stop()
  })

  it('ends when its process is killed with -9', async () => {
    const folder = newFolder()
    const script = `import { startEmbeddedServer } from ${JSON.stringify(join(ROOT, 'src/tools/embedded/server.ts'))}
      const { pid } = await startEmbeddedServer({ folder: ${JSON.stringify(folder)} })
      console.log(pid)
      setInterval(() => {}, 1000)`
    const file = join(newFolder(), 'start.mts')
    writeFileSync(file, script)
    const child = spawn(process.execPath, ['--import', TSX, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    expect(isAlive(pid)).toBe(true)
    child.kill('SIGKILL')
    expect(await gone(pid)).toBe(true)
  })

  it('waits for the sessions of a server that was killed: PostgreSQL refuses to start beside them', async () => {
    const folder = newFolder()
    const killed = await startEmbeddedServer({ folder })
    const client = new Client(killed.url)
    client.on('error', () => undefined)
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const session = rows[0]?.pid ?? NaN
    process.kill(session, 'SIGSTOP')
    try {
      process.kill(killed.pid, 'SIGKILL')
      expect(await gone(killed.pid)).toBe(true)
      await expect(startEmbeddedServer({ folder, patienceMillis: 3_000 })).rejects.toThrow(
        'is still in use',
      )
      const starting = startEmbeddedServer({ folder })
      while (!existsSync(join(killed.folder, 'starting'))) await sleep(5)
      await sleep(100)
      process.kill(session, 'SIGCONT')
      const server = await starting
      await server.stop()
    } finally {
      if (isAlive(session)) process.kill(session, 'SIGKILL')
    }
  })

  it('is started by one of several that begin at once; the others wait for their turn', async () => {
    const folder = newFolder()
    const turn = async () => {
      const server = await startEmbeddedServer({ folder })
      await query(
        server.url,
        'create table if not exists turns (id serial); insert into turns values (default)',
      )
      await server.stop()
    }
    await Promise.all([turn(), turn(), turn()])
    const server = await startEmbeddedServer({ folder })
    expect(await query(server.url, 'select count(*) from turns')).toEqual([{ count: '3' }])
    await server.stop()
  })

  it('begins anew where an initdb was interrupted, and keeps data whose password is gone', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'data.unfinished'))
    writeFileSync(join(folder, 'data.unfinished/PG_VERSION'), '18')
    writeFileSync(join(folder, 'starting'), '999999999')
    const server = await startEmbeddedServer({ folder })
    await server.stop()
    rmSync(join(server.folder, 'password'))
    await expect(startEmbeddedServer({ folder })).rejects.toThrow(
      `Cannot start the embedded PostgreSQL in "${server.folder}": its password file is gone. Nothing was changed. Remove the folder for a new, empty one.`,
    )
    expect(existsSync(join(server.folder, 'data/PG_VERSION'))).toBe(true)
  })

  it('says so when another process keeps the folder', async () => {
    const folder = newFolder()
    const server = await startEmbeddedServer({ folder })
    await expect(startEmbeddedServer({ folder, patienceMillis: 100 })).rejects.toThrow(
      `Cannot start the embedded PostgreSQL in "${server.folder}": process ${String(server.pid)} uses it. Wait for the other command to end, or set DATABASE_URL.`,
    )
    await server.stop()
  })

  it.runIf(process.getuid?.() === 0)(
    'runs for root in a folder that only root can enter',
    async () => {
      const home = newFolder()
      const folder = join(home, 'checkout/.postgres')
      const server = await startEmbeddedServer({ folder })
      expect(server.folder).not.toBe(folder)
      expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
      await server.stop()
      rmSync(server.folder, { recursive: true })
    },
  )

  it.runIf(process.getuid?.() === 0)(
    'runs for root when TMPDIR too is closed to others',
    async () => {
      const closed = newFolder()
      const file = join(closed, 'start.mts')
      writeFileSync(
        file,
        `import { startEmbeddedServer } from ${JSON.stringify(join(ROOT, 'src/tools/embedded/server.ts'))}
       const server = await startEmbeddedServer({ folder: ${JSON.stringify(join(closed, 'below/data'))}, temporary: true })
       await server.stop()`,
      )
      expect(
        await run(process.execPath, ['--import', TSX, file], { env: { TMPDIR: closed } }),
      ).toEqual({ exitCode: 0, out: '', err: '' })
    },
  )
})

describe('ormconfig.ts without DATABASE_URL', () => {
  it('starts a server of its own, keeps what was migrated, and leaves nothing running', async () => {
    const cwd = newFolder()
    const ormconfig = join(ROOT, 'ormconfig.ts')
    const typeorm = (command: string) =>
      run(
        process.execPath,
        ['--import', TSX, join(ROOT, 'node_modules/typeorm/cli.js'), command, '-d', ormconfig],
        {
          cwd,
          env: { TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json') },
        },
      )
    const ran = await typeorm('migration:run')
    expect(ran.exitCode).toBe(0)
    expect(ran.err).toMatch(/^No DATABASE_URL: using an embedded PostgreSQL, data in .*\n$/)
    const shown = await typeorm('migration:show')
    expect(shown.out.match(/\[X\]/g)).toHaveLength(5)
    const folder = /data in (.*)\n/.exec(shown.err)?.[1] ?? ''
    const pid = Number(
      existsSync(join(folder, 'data/postmaster.pid')) &&
        readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0],
    )
    if (pid > 0) expect(await gone(pid)).toBe(true)
    if (!folder.startsWith(cwd)) rmSync(folder, { recursive: true })
  })

  it('refuses in production', async () => {
    const ran = await npm('resync', ['verify', '-d', 'ormconfig.ts'], {
      env: { NODE_ENV: 'production' },
    })
    expect(ran).toEqual({
      exitCode: 2,
      out: '',
      err: 'Cannot load "ormconfig.ts": Cannot choose a database: NODE_ENV is production and DATABASE_URL is not set. Set DATABASE_URL=postgres://user:password@host:5432/database. Nothing was changed.\n',
    })
  })

  it('honours the TLS options of DATABASE_URL', async () => {
    const server = await startEmbeddedServer({ folder: newFolder() })
    const verify = (parameters: string) =>
      // The database is empty: the entities' tables are missing.
      npm('resync', ['verify', '-d', 'ormconfig.ts', '--fail-on', 'behind'], {
        env: { DATABASE_URL: server.url + parameters },
      })
    expect((await verify('?sslmode=disable')).exitCode).toBe(0)
    const refused = await verify('?sslmode=verify-full')
    expect(refused.exitCode).toBe(2)
    expect(refused.err).toBe(
      `Cannot connect to 127.0.0.1:${new URL(server.url).port}: The server does not support SSL connections. Nothing was changed.\n`,
    )
    await server.stop()
  })
})
