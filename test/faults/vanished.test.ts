import { describe, expect, it } from 'vitest'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { verifySequences } from '../../src/tools/sequences/verify'
import { resync } from '../support/cli'
import { useOwnServer } from '../support/own-server'
import { sceneOn, struckAt } from '../support/scene'

const server = useOwnServer()
const scene = sceneOn(server)

const TABLE = ['a table', 'drop table shop.bookings'] as const
const COLUMN = ['a column', 'alter table shop.bookings drop column id'] as const
const SEQUENCE = ['a sequence', 'drop sequence shop.bookings_id_seq cascade'] as const

const READING = 'select 0 as position'
const REPAIR = 'do $resync$'
/** Up to the repair of `bookings`: the first commit is that of the repair of `accounts`. */
const SECOND_REPAIR = [REPAIR, 'commit', REPAIR]

async function expectRestFinished(): Promise<void> {
  await scene.expectNothingLeft()
  const args = ['--url', server.current().url, '--schema', 'shop']
  expect((await resync(['apply', ...args])).out).toBe('0 repaired, 2 unchanged, 0 refused.')
  expect((await resync(['verify', ...args])).out).toContain('2 columns: 2 ok')
}

/** Runs apply while `fault` strikes before the last of `steps`; returns what became of each table. */
async function applyStruck(steps: readonly string[], fault: () => Promise<unknown>) {
  const client = await scene.lend()
  const { repaired, refused } = await resyncSequences(struckAt(client, steps, fault), {
    schemas: ['shop'],
  })
  await client.end()
  return { repaired, done: repaired.map(({ table }) => table), refused }
}

describe.each([TABLE, COLUMN, SEQUENCE])('%s that is dropped', (_, drop) => {
  it('before it is read is unknown to verify, which reads the others', async () => {
    await scene.set(10)
    const client = await scene.lend()
    const struck = struckAt(client, [READING], () => scene.query(drop))
    const { columns } = await verifySequences(struck, { schemas: ['shop'] })
    expect(columns.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['behind', 'next value 1, highest value 3'],
      [
        'unknown',
        'Cannot read "shop"."bookings"."id": it was dropped meanwhile. Nothing was changed.',
      ],
      ['behind', 'next value 1, highest value 4'],
    ])
    await client.end()
    await scene.expectNothingLeft()
  })

  it('before it is read is refused by apply, which repairs the others', async () => {
    await scene.set(10)
    const { done, refused } = await applyStruck([READING], () => scene.query(drop))
    expect(done).toEqual(['accounts', 'customers'])
    expect(refused.map(({ reason }) => reason)).toEqual([
      'Cannot read "shop"."bookings"."id": it was dropped meanwhile. Nothing was changed.',
    ])
    await expectRestFinished()
  })

  it('as its repair begins is refused by apply, which repairs the others', async () => {
    await scene.set(10)
    const { done, refused } = await applyStruck(SECOND_REPAIR, () => scene.query(drop))
    expect(done).toEqual(['accounts', 'customers'])
    expect(refused.map(({ reason }) => reason)).toEqual([
      'No sequence feeds shop.bookings.id. Nothing was changed.',
    ])
    await expectRestFinished()
  })

  it('after its repair is reported as repaired, and as not to be read', async () => {
    await scene.set(10)
    const { repaired, refused } = await applyStruck([...SECOND_REPAIR, READING], () =>
      scene.query(drop),
    )
    expect(refused).toEqual([])
    expect(repaired).toMatchObject([
      { table: 'accounts', verdict: 'ok' },
      {
        table: 'bookings',
        before: 3n,
        after: 13n,
        verdict: 'unknown',
        reason:
          'Cannot read "shop"."bookings"."id": it was dropped meanwhile. Nothing was changed.',
      },
      { table: 'customers', verdict: 'ok' },
    ])
    await expectRestFinished()
  })
})

it.each([TABLE, SEQUENCE])(
  '%s that is dropped while its repair waits for the lock is refused by apply, which repairs the others',
  async (_, drop) => {
    await scene.set(10)
    const holder = await server.connect()
    const take = async () => {
      await holder.query(`begin; ${drop}`)
      void scene
        .until('exists (select from pg_locks where not granted)')
        .then(() => holder.query('commit'))
    }
    const { done, refused } = await applyStruck(SECOND_REPAIR, take)
    expect(done).toEqual(['accounts', 'customers'])
    expect(refused.map(({ reason }) => reason)).toEqual([
      'Cannot repair sequence "shop"."bookings_id_seq": it was dropped meanwhile. Nothing was changed.',
    ])
    await expectRestFinished()
  },
)
