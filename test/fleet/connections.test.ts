import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import { beforeEach, expect, it } from 'vitest'
import { connectPool } from '../../src/tools/db/connect'
import { withPool } from '../../src/tools/db/pool'
import type { TargetOutcome } from '../../src/tools/fleet/each-target'
import { resyncFleet } from '../../src/tools/fleet/fleet'
import type { Resync } from '../../src/tools/sequences/resync'
import { resync } from '../support/cli'
import { fleetOn } from '../support/fleet'
import { useOwnServer } from '../support/own-server'

const server = useOwnServer({ fsync: 'off' })
const fleet = fleetOn(server)

const NAMES = Array.from({ length: 8 }, (_, index) => `shop_${String(index)}`)
const SESSIONS = `(select count(*) from pg_stat_activity where application_name = 'typeorm-resync')`

beforeEach(() => fleet.make(NAMES))

const targets = () => NAMES.map((name) => ({ url: fleet.url(name) }))

/** Counts the connections that the server refused because the role had as many as it may have. */
function refusals(): number {
  const log = readFileSync(join(server.current().folder, 'server.log'), 'utf8')
  return log.split('too many connections for role').length - 1
}

/** Gives each database so many tables that several connections have work. */
async function widen(): Promise<void> {
  for (const name of NAMES) {
    await fleet.query(
      name,
      `do $$ begin for n in 1..210 loop execute format('create table t%s (id serial); insert into t%1$s values (3); grant select on t%1$s to app; grant select, usage on sequence t%1$s_id_seq to app', n); end loop; end $$`,
    )
  }
}

it('never has more connections than were asked for, to a database or to all of them', async () => {
  await widen()
  for (const [args, most] of [
    [['--jobs', '3', '--max-connections', '7'], 6],
    [['--jobs', '4', '--max-connections', '3'], 3],
    [['--max-connections', '1'], 1],
  ] as const) {
    // The server counts: whatever is more it refuses, and logs that.
    await fleet.query('postgres', `alter role app connection limit ${String(most)}`)
    const { out } = await resync([
      ...[
        'verify',
        '--all-databases',
        '--url',
        fleet.url('shop_0'),
        '--include-database',
        'shop_?',
      ],
      ...args,
    ])
    expect(out).toContain(
      '8 databases: 8 done, 0 failed.\n1696 columns: 8 ok, 1688 behind, 0 unknown.',
    )
    expect(refusals()).toBe(0)
  }
})

it('works on as many databases side by side as there are connections for, and on the next as soon as one is done', async () => {
  const holders: Client[] = []
  for (const name of NAMES) {
    const holder = await fleet.connect(name)
    await holder.query('begin; lock table users in access exclusive mode')
    holders.push(holder)
  }
  const running = resyncFleet(targets(), { jobs: 1, maxConnections: 3, lockTimeout: '60s' })
  const waiting = (name: string) =>
    `exists (select from pg_stat_activity where application_name = 'typeorm-resync' and datname = '${name}' and wait_event_type = 'Lock')`
  for (const name of NAMES.slice(0, 3)) await fleet.until(waiting(name))
  expect(await sessions()).toBe(3)
  await holders[1]?.end()
  await fleet.until(waiting('shop_3'))
  expect(await sessions()).toBe(3)
  expect(await fleet.states(['shop_1'])).toEqual(['next 4, 2 rows'])
  for (const holder of holders) await holder.end()
  expect((await running).map(repaired)).toEqual(NAMES.map(() => 1))
  expect(await sessions()).toBe(0)
})

it('begins no other database once it is told to stop, ends between two batches in those that it works on, and says what is left', async () => {
  const stop = new AbortController()
  const holder = await fleet.connect('shop_1')
  await holder.query('begin; lock table users in access exclusive mode')
  const options = { jobs: 1, maxConnections: 1, lockTimeout: '60s', signal: stop.signal }
  const running = resyncFleet(targets(), options)
  await fleet.until(
    `exists (select from pg_stat_activity where datname = 'shop_1' and wait_event_type = 'Lock')`,
  )
  stop.abort()
  await holder.end()
  const left = (outcome: TargetOutcome<Resync>) =>
    outcome.state === 'done' ? outcome.result.notBegun.length : outcome.state
  expect((await running).map(left)).toEqual([0, 1, ...NAMES.slice(2).map(() => 'not begun')])
  expect(await fleet.states(NAMES)).toEqual([
    'next 4, 2 rows',
    ...NAMES.slice(1).map(() => 'next 1, 2 rows'),
  ])
})

it('has closed its connections once a pool is ended, however long a session takes to go', async () => {
  const watcher = await fleet.connect('postgres')
  await withPool(
    () => connectPool(fleet.url('shop_0'), 2),
    async (pool) => {
      const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
      const pid = rows[0]?.pid ?? 0
      process.kill(pid, 'SIGSTOP')
      setTimeout(() => process.kill(pid, 'SIGCONT'), 300)
    },
  )
  const { rows } = await watcher.query(`select ${SESSIONS}::int as n`)
  await watcher.end()
  expect(rows).toEqual([{ n: 0 }])
})

async function sessions(): Promise<number | undefined> {
  const [row] = await fleet.query<{ n: number }>('postgres', `select ${SESSIONS}::int as n`)
  return row?.n
}

function repaired(outcome: TargetOutcome<Resync>): number {
  return outcome.state === 'done' ? outcome.result.repaired.length : -1
}
