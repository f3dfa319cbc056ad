import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { withLanes, type Lanes } from '../../src/tools/db/lanes'
import type { Session } from '../../src/tools/db/session'
import { useDatabase } from '../support/database'

const database = useDatabase()
const pools: Pool[] = []

function poolOf(max: number, url = database.url): Pool {
  const pool = new Pool({ connectionString: url, max })
  pool.on('error', () => undefined)
  pools.push(pool)
  return pool
}

afterAll(() => Promise.all(pools.map((pool) => pool.end())))

async function backend(session: Session): Promise<number> {
  const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid')
  return row?.pid ?? 0
}

const ITEMS = Array.from({ length: 20 }, (_, index) => index)

/** Each item takes a while, so that every session that there is comes to work. */
async function pidOf(session: Session): Promise<number> {
  await sleep(20)
  return backend(session)
}

const workers = (lanes: Lanes) => lanes.each(ITEMS, pidOf)

describe('the sessions that work side by side', () => {
  it('are as many as asked for, and are given back', async () => {
    const pool = poolOf(5)
    const pids = await withLanes(pool, 3, workers)
    expect(pids).toHaveLength(ITEMS.length)
    expect(new Set(pids).size).toBe(3)
    expect(pool).toMatchObject({ totalCount: 3, idleCount: 3 })
  })

  it('are opened only where there is work for them', async () => {
    const pool = poolOf(5)
    await withLanes(pool, 3, (lanes) => lanes.each([1], pidOf))
    expect(pool.totalCount).toBe(1)
  })

  it('are one where a pool has no other', async () => {
    expect(new Set(await withLanes(poolOf(1), 3, workers)).size).toBe(1)
  })

  it('are one where the pool is busy, and what it gives later is given back', async () => {
    const pool = poolOf(2)
    const busy = await pool.connect()
    expect(new Set(await withLanes(pool, 2, workers)).size).toBe(1)
    busy.release()
    await sleep(20)
    expect(pool).toMatchObject({ waitingCount: 0, idleCount: pool.totalCount })
  })

  it('are one where the server lets no other in', async () => {
    const [role, password] = ['lone', randomBytes(8).toString('hex')]
    await database.query(`create role ${role} login connection limit 1 password '${password}'`)
    const pool = poolOf(3, database.urlFor(role, password))
    expect(new Set(await withLanes(pool, 3, workers)).size).toBe(1)
    await database.query(`drop role ${role}`)
  })

  it('do what is left without the one whose connection is lost', async () => {
    let ended = 0
    const results = await withLanes(poolOf(2), 2, (lanes) =>
      lanes.each(ITEMS, async (session, item) => {
        await sleep(10)
        if (item === 3) {
          ended = await backend(session)
          await database.query('select pg_terminate_backend($1, 10000)', [ended])
        }
        return backend(session).catch(() => 'lost')
      }),
    )
    expect(results.filter((result) => result === 'lost')).toHaveLength(1)
    expect(results.slice(6)).not.toContain(ended)
    expect(results).not.toContain(undefined)
  })

  it('end each with its own error where all connections are lost', async () => {
    const results = await withLanes(poolOf(1), 1, (lanes) =>
      lanes.each(ITEMS, async (session, item) => {
        if (item === 3) {
          await database.query('select pg_terminate_backend($1, 10000)', [await backend(session)])
        }
        return backend(session).catch(() => 'lost')
      }),
    )
    expect(results.slice(0, 3)).not.toContain('lost')
    expect(new Set(results.slice(3))).toEqual(new Set(['lost']))
  })

  it('begin nothing after a failure, and wait for what was begun', async () => {
    const begun: number[] = []
    let running = 0
    const work = withLanes(poolOf(2), 2, (lanes) =>
      lanes.each(ITEMS, async (_, item) => {
        begun.push(item)
        running += 1
        await sleep(item === 4 ? 5 : 30)
        running -= 1
        if (item === 4) throw new Error('Item 4 failed.')
      }),
    )
    await expect(work).rejects.toThrow('Item 4 failed.')
    expect(running).toBe(0)
    expect(begun.length).toBeLessThan(8)
  })

  it('begin nothing once they are told to stop', async () => {
    const stop = new AbortController()
    const results = await withLanes(poolOf(1), 1, (lanes) =>
      lanes.each(
        ITEMS,
        (_, item) => {
          if (item === 2) stop.abort()
          return Promise.resolve(item)
        },
        { signal: stop.signal },
      ),
    )
    expect(results).toEqual(ITEMS.map((item) => (item <= 2 ? item : undefined)))
  })
})
