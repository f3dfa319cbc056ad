import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { builtBin } from '../../bench/built'
import { useDatabase } from '../support/database'
import { ROOT } from '../support/run'

const database = useDatabase()

beforeEach(async () => {
  await database.query(`drop schema public cascade; create schema public;
    create table users (id serial primary key); insert into users values (1), (3)`)
})

/** Begins `apply` in a process of its own, which waits for a lock, and goes on once that is released. */
async function held() {
  const holder = await database.connect()
  await holder.query('begin; lock table users in access exclusive mode')
  const args = ['apply', '--url', database.url, '--lock-timeout', '60s']
  const child = spawn(process.execPath, [builtBin(), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const ended = new Promise((resolve) => {
    child.on('close', (exitCode, signal) => {
      resolve({ exitCode, signal, out, err })
    })
  })
  await until(
    `exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`,
  )
  return { child, ended, release: () => holder.query('commit') }
}

async function until(condition: string): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const [answer] = await database.query<{ met: boolean }>(`select ${condition} as met`)
    if (answer?.met) return
    await sleep(20)
  }
  throw new Error(`It never came to this: ${condition}`)
}

const STOPPED = '0 repaired, 0 unchanged, 0 refused, 1 not begun.\n'
const STOPPING_ONCE = 'Stopping, once what was begun is done. Ctrl-C again ends it at once.\n'
const STOPPING = `${STOPPING_ONCE}Stopped: 1 sequence still behind. Run it again.\n`

describe('Ctrl-C', () => {
  it('ends the work in good order, though nobody reads what stderr says', async () => {
    const { child, ended, release } = await held()
    child.stderr.destroy()
    child.kill('SIGINT')
    // The answer to the signal comes before that to the query.
    await sleep(500)
    await release()
    expect(await ended).toEqual({ exitCode: 1, signal: null, out: STOPPED, err: '' })
  })

  it('that comes twice at once, as under npm, is one; a later one ends the process', async () => {
    const orderly = await held()
    orderly.child.kill('SIGINT')
    // Of another kind, because two of one kind may be delivered as one.
    orderly.child.kill('SIGTERM')
    await sleep(500)
    await orderly.release()
    expect(await orderly.ended).toEqual({ exitCode: 1, signal: null, out: STOPPED, err: STOPPING })

    const abrupt = await held()
    const ended = abrupt.ended.finally(() => abrupt.release())
    while (abrupt.child.exitCode === null && abrupt.child.signalCode === null) {
      abrupt.child.kill('SIGINT')
      await sleep(100)
    }
    expect(await ended).toEqual({ exitCode: null, signal: 'SIGINT', out: '', err: STOPPING_ONCE })
  })
})

it('that what was loaded turns into an exit is not said to be the DataSource file’s', async () => {
  // It takes the connection, and never answers.
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const url = `postgres://app@127.0.0.1:${String((silent.address() as AddressInfo).port)}/shop`
  const exits = `data:text/javascript,process.on('SIGTERM', () => process.exit(143))`
  const args = ['--import', exits, builtBin(), 'apply', '--url', url]
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const [socket] = (await once(silent, 'connection')) as [Socket]
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([143, null])
  socket.destroy()
  silent.close()
  expect(err).toBe('')
})
