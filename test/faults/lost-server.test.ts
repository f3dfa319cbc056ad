import { describe, expect, it } from 'vitest'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { useOwnServer } from '../support/own-server'
import { bin } from '../support/run'
import { DRAWING, sceneOn, WAITING } from '../support/scene'

const server = useOwnServer()
const scene = sceneOn(server)

const LOST =
  'Cannot repair sequence "shop"."bookings_id_seq": lost the connection: Connection terminated unexpectedly. The sequence is no lower than before. Run: typeorm-resync apply --table shop.bookings'

/** Kills every process of the server with -9, as a loss of power would, and starts it again: it recovers. */
async function losePower(): Promise<void> {
  const processes = await scene.query<{ pid: number }>(
    'select pid from pg_stat_activity where pid <> pg_backend_pid()',
  )
  const restarted = server.crash()
  for (const { pid } of processes) kill(pid)
  await restarted
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself when its postmaster did.
  }
}

describe('a server that is killed with -9', () => {
  it('while values are drawn comes back with the sequence past all that was committed, and a re-run finishes', async () => {
    const before = await scene.set(5_000_000)
    const client = await scene.lend()
    await client.query('set role app')
    const work = resyncSequences(client, { schemas: ['shop'] })
    await scene.until(DRAWING)
    const [written] = await scene.query<{ id: string }>(
      `insert into shop.bookings (note) values ('written meanwhile') returning id`,
    )
    await losePower()
    const { repaired, refused } = await work
    expect(repaired).toEqual([])
    expect(refused.map(({ table }) => table)).toEqual(['accounts', 'bookings', 'customers'])
    expect(refused[1]?.reason).toBe(LOST)
    const id = BigInt(written?.id ?? 0)
    const [kept] = await scene.query<{ last: string }>(
      `delete from shop.bookings where note = 'written meanwhile' returning pg_sequence_last_value('shop.bookings_id_seq') as last`,
    )
    expect(BigInt(kept?.last ?? 0)).toBeGreaterThanOrEqual(id)
    expect(id).toBeGreaterThan(1_000n)
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })

  it('while apply draws, because a writer keeps the lock, ends it with exit code 1 and what it did', async () => {
    const before = await scene.set(5_000_000)
    const writer = await server.connect()
    await writer.query(`begin; select nextval('shop.bookings_id_seq')`)
    const work = bin(['apply', '--url', server.current().url, '--schema', 'shop'])
    await scene.until(DRAWING)
    await losePower()
    const { exitCode, out, err } = await work
    expect(exitCode).toBe(1)
    expect(out).toBe(
      [
        'COLUMN             NEXT BEFORE  NEXT AFTER  METHOD',
        'shop.accounts.id             1           4  burn',
        'shop.customers.id            1           5  burn',
        '2 repaired, 0 unchanged, 1 refused.',
        '',
      ].join('\n'),
    )
    expect(err).toBe(`${LOST.replace('apply', 'apply --url URL')}\n`)
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })

  it('while verify reads leaves no column that is called ok', async () => {
    const before = await scene.set(10)
    const holder = await server.connect()
    await holder.query('begin; lock table shop.bookings in access exclusive mode')
    const url = server.current().url
    const work = bin(['verify', '--url', url, '--lock-timeout', '20s', '--format', 'json'])
    await scene.until(WAITING)
    await losePower()
    const { exitCode, out } = await work
    expect(exitCode).not.toBe(0)
    expect(out).not.toContain('"verdict": "ok"')
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })
})

it('a backend that is killed with -9, as for want of memory, takes all sessions with it; a re-run finishes', async () => {
  const before = await scene.set(5_000_000)
  const [client, other] = [await scene.lend(), await server.connect()]
  const { pid } = server.current()
  await client.query('set role app')
  const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')
  const work = resyncSequences(client, { schemas: ['shop'] })
  await scene.until(DRAWING)
  for (const victim of rows) process.kill(victim.pid, 'SIGKILL')
  const { refused } = await work
  expect(refused.map(({ reason }) => reason)).toContain(LOST)
  await scene.until('not pg_is_in_recovery()')
  expect(server.current().pid).toBe(pid)
  await scene.expectUnharmed(before)
  await scene.expectFinished()
})
