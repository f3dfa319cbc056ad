import { describe, expect, it } from 'vitest'
import type { PgClient } from '../../src/tools/db/session'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { resync } from '../support/cli'
import { useOwnServer } from '../support/own-server'
import { DRAW, sceneOn, struckAt, TWO_REPAIRED } from '../support/scene'

const server = useOwnServer()
const scene = sceneOn(server)

describe('a statement timeout', () => {
  it('that ends the drawing is reported with the command that has longer, which finishes', async () => {
    const before = await scene.set(15_000_000)
    const args = ['apply', '--url', scene.roleUrl(), '--schema', 'shop']
    const ran = await resync([...args, '--statement-timeout', '800ms'])
    expect(ran).toEqual({
      exitCode: 1,
      out: TWO_REPAIRED,
      err: 'Cannot repair sequence "shop"."bookings_id_seq": it was cancelled, or not done within 800ms. The sequence is no lower than before. Run: typeorm-resync apply --url URL --table shop.bookings --statement-timeout 10min',
    })
    await scene.expectUnharmed(before)
    const [, advice = ''] = ran.err.split('Run: typeorm-resync ')
    const again = [...advice.split(' '), '--url', server.current().url]
    expect(await resync(again)).toMatchObject({ exitCode: 0, err: '' })
    await scene.expectFinished()
  })

  it('that ends the reading makes that column unknown, and the others are repaired', async () => {
    const before = await scene.set(10)
    const holder = await server.connect()
    await holder.query('begin; lock table shop.bookings in access exclusive mode')
    const args = ['apply', '--url', server.current().url, '--schema', 'shop']
    const ran = await resync([...args, '--lock-timeout', '20s', '--statement-timeout', '800ms'])
    expect(ran.exitCode).toBe(1)
    expect(ran.out).toBe(TWO_REPAIRED)
    expect(ran.err).toMatch(
      /^Cannot read "shop"\."bookings"\."id": it was cancelled, or not done within 800ms\. Nothing was changed\. Run: typeorm-resync apply --url URL --table shop\.bookings --statement-timeout 10min$/,
    )
    await holder.query('rollback')
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })
})

const SETTINGS = `
  select current_setting('transaction_isolation') as isolation, current_setting('row_security') as rows, current_setting('lock_timeout') as lock,
         current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle`

/** Returns the settings when the repair is about to end with a query that begins so, and when it has ended. */
async function settings(client: PgClient, end: string) {
  let within: unknown[] = []
  const look = async () => (within = (await client.query(SETTINGS)).rows)
  const struck = struckAt(client, [DRAW, end], look)
  await resyncSequences(struck, { tables: ['shop.bookings'] })
  return { within, after: (await client.query(SETTINGS)).rows }
}

describe('a client that freezes', () => {
  it('inside our own transaction is ended by the server after ten seconds', async () => {
    await scene.set(10)
    const client = await scene.lend()
    const { rows: before } = await client.query(SETTINGS)
    expect(await settings(client, 'commit')).toEqual({
      within: [
        { isolation: 'read committed', rows: 'off', lock: '2s', statement: '1min', idle: '10s' },
      ],
      after: before,
    })
    await client.end()
  })

  it('inside a transaction of the caller is his to end', async () => {
    await scene.set(10)
    const client = await scene.lend()
    await client.query(`begin; set local idle_in_transaction_session_timeout = '7min'`)
    const { rows: before } = await client.query(SETTINGS)
    const { within, after } = await settings(client, 'rollback to savepoint')
    expect(within).toMatchObject([{ idle: '7min' }])
    expect(after).toEqual(before)
    await client.query('rollback')
    await client.end()
  })
})
