import { describe, expect, it } from 'vitest'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { resync } from '../support/cli'
import { useOwnServer } from '../support/own-server'
import { DRAW, DRAWING, sceneOn, struckAt, TWO_REPAIRED, WAITING } from '../support/scene'

const server = useOwnServer()
const scene = sceneOn(server)

const TABLE = 'lock table shop.bookings in access exclusive mode'
const SEQUENCE = 'alter sequence shop.bookings_id_seq owned by none'

describe('a lock that another session does not give back', () => {
  it.each([
    ['on the table', TABLE],
    ['on the sequence', SEQUENCE],
  ])(
    '%s: apply refuses that column, repairs the others, and a re-run finishes',
    async (_, statement) => {
      const before = await scene.set(10)
      const holder = await server.connect()
      await holder.query(`begin; ${statement}`)
      const args = ['apply', '--url', server.current().url, '--schema', 'shop']
      const ran = await resync([...args, '--lock-timeout', '100ms'])
      expect(ran.exitCode).toBe(1)
      expect(ran.out).toBe(TWO_REPAIRED)
      expect(ran.err).toMatch(
        /^Cannot read "shop"\."bookings"\."id": a lock was not free within 100ms\. Nothing was changed\. Run: typeorm-resync apply --url URL --table shop\.bookings --lock-timeout 10s$/,
      )
      await holder.query('rollback')
      await scene.expectUnharmed(before)
      await scene.expectFinished()
    },
  )

  it.each([
    ['on the table', TABLE],
    ['on the sequence', SEQUENCE],
  ])(
    '%s, taken after it was read: apply refuses that column, and repairs the others',
    async (_, statement) => {
      const before = await scene.set(10)
      const [client, holder] = [await scene.lend(), await server.connect()]
      const take = () => holder.query(`begin; ${statement}`)
      const struck = struckAt(client, [DRAW], take)
      const { repaired, refused } = await resyncSequences(struck, {
        schemas: ['shop'],
        lockTimeout: '100ms',
      })
      expect(repaired.map(({ table }) => table)).toEqual(['accounts', 'customers'])
      expect(refused.map(({ reason }) => reason)).toEqual([
        'Cannot repair sequence "shop"."bookings_id_seq": a lock was not free within 100ms. The sequence is no lower than before. Run: typeorm-resync apply --table shop.bookings --lock-timeout 10s',
      ])
      await holder.query('rollback')
      await client.end()
      await scene.expectUnharmed(before)
      await scene.expectFinished()
    },
  )

  it('on the table, asked for while values are drawn: apply looks again when it is given back', async () => {
    const before = await scene.set(3_000_000)
    const [client, holder] = [await scene.lend(), await server.connect()]
    await client.query('set role app')
    const work = resyncSequences(client, { schemas: ['shop'], lockTimeout: '20s' })
    await scene.until(DRAWING)
    await holder.query(`begin; ${TABLE}`)
    await scene.until(WAITING)
    await holder.query('commit')
    expect(await work).toMatchObject({ refused: [] })
    await client.end()
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })
})

describe('a partner that has drawn a value, and then locks the table', () => {
  it('is no victim of a deadlock while the repair asks for the lock on the sequence', async () => {
    const before = await scene.set(5_000_000)
    const [client, partner] = [await scene.lend(), await server.connect()]
    await partner.query(`begin; select nextval('shop.bookings_id_seq')`)
    const work = resyncSequences(client, { schemas: ['shop'] })
    await scene.until(WAITING)
    await partner.query(`${TABLE}; commit`)
    expect(await work).toMatchObject({ refused: [] })
    await client.end()
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })

  it.each([
    ['locks the table', 'select from shop.bookings', TABLE],
    [
      'writes a row that the caller has written',
      'update shop.bookings set note = note',
      'update shop.bookings set note = note',
    ],
  ])(
    'is no victim when it %s, and waits for the caller already as that begins to repair',
    async (_, first, second) => {
      const before = await scene.set(5_000_000)
      const [client, partner] = [await scene.lend(), await server.connect()]
      await partner.query(`begin; select nextval('shop.bookings_id_seq')`)
      await client.query(`begin; ${first}`)
      const waited = partner.query(`${second}; commit`)
      await scene.until('exists (select from pg_locks where not granted)')
      // So that the partner looks for a deadlock, a second after it began to wait, while the repair asks for its lock.
      await scene.query('select pg_sleep(0.4)')
      expect(await resyncSequences(client, { schemas: ['shop'] })).toMatchObject({ refused: [] })
      await client.query('commit')
      await waited
      await client.end()
      await scene.expectUnharmed(before)
      await scene.expectFinished()
    },
  )

  it('is none, and waits for the end of the transaction, when that is of a caller', async () => {
    const before = await scene.set(5_000_000)
    const [client, partner] = [await scene.lend(), await server.connect()]
    await partner.query(`begin; select nextval('shop.bookings_id_seq')`)
    await client.query('begin')
    const work = resyncSequences(client, { schemas: ['shop'] })
    await scene.until(DRAWING)
    const locked = partner.query(`${TABLE}; commit`)
    expect(await work).toMatchObject({ refused: [] })
    await client.query('commit')
    await locked
    await client.end()
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })
})
