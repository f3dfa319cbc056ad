import { expect, it } from 'vitest'
import { resync } from '../support/cli'
import { query } from '../support/query'
import { useStreaming, type Pair } from '../support/standby'
import { setTimeout as sleep } from 'node:timers/promises'

const startPair = useStreaming()

const POSITION = `select pg_sequence_last_value('orders_id_seq')::int as last`

/** Waits until the standby has all that the primary wrote. */
async function caughtUp({ primary, standby }: Pair): Promise<void> {
  const [written] = (await query(primary.url, 'select pg_current_wal_flush_lsn() as lsn')) as {
    lsn: string
  }[]
  const replayed = `select pg_last_wal_replay_lsn() >= '${String(written?.lsn)}'::pg_lsn as met`
  for (let tries = 0; tries < 1_000; tries += 1) {
    const [answer] = (await query(standby.url, replayed)) as { met: boolean }[]
    if (answer?.met) return
    await sleep(10)
  }
  throw new Error('The standby never caught up.')
}

it('a standby is compared with its primary, refused while it is one, and raised once it is promoted', async () => {
  const pair = await startPair('create table orders (id serial primary key); create sequence loose')
  const { primary, standby } = pair
  await query(primary.url, 'insert into orders select from generate_series(1, 40)')
  await caughtUp(pair)
  const against = ['verify', '--url', standby.url, '--against', primary.url, '--format', 'json']
  const before = await resync(against)
  // Its positions are of the log, which is written for 32 values at once: it is ahead, never behind.
  expect(before.exitCode).toBe(0)
  expect(JSON.parse(before.out)).toMatchObject({
    server: { inRecovery: true },
    source: { server: { inRecovery: false } },
    summary: { total: 2, ok: 2 },
  })
  const from = ['apply', '--url', standby.url, '--from', primary.url]
  expect(await resync(from)).toEqual({
    exitCode: 2,
    out: '',
    err: `Cannot repair sequences of database "postgres": the server is a standby. Nothing was changed. Use the primary's --url.`,
  })
  // A standby may be read from: the old server's, where that one is not to be disturbed.
  const reversed = ['verify', '--url', primary.url, '--against', standby.url]
  expect((await resync(reversed)).out).toContain('1 behind, 0 unknown.')

  expect(await query(standby.url, 'select pg_promote()')).toEqual([{ pg_promote: true }])
  expect(await query(standby.url, 'select system_identifier from pg_control_system()')).toEqual(
    await query(primary.url, 'select system_identifier from pg_control_system()'),
  )
  // Writers that had not heard of it went on at the old primary.
  await query(primary.url, 'insert into orders select from generate_series(1, 100)')
  expect((await resync(against)).exitCode).toBe(1)
  expect(await resync([...from, '--headroom', '10'])).toMatchObject({ exitCode: 0, err: '' })
  expect(await query(standby.url, POSITION)).toEqual([{ last: 150 }])
  expect(await query(primary.url, POSITION)).toEqual([{ last: 140 }])
  await query(standby.url, 'insert into orders select from generate_series(1, 100)')
  expect(await query(standby.url, 'select count(*)::int as rows from orders')).toEqual([
    { rows: 140 },
  ])
  await standby.stop()
  await primary.stop()
})
