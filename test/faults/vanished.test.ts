import { describe, expect, it } from 'vitest'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { verifySequences } from '../../src/tools/sequences/verify'
import { resync } from '../support/cli'
import { useOwnServer } from '../support/own-server'
import { DRAW, REPAIR, sceneOn, struckAt } from '../support/scene'

const server = useOwnServer()
const scene = sceneOn(server)

const TABLE = ['a table', 'drop table shop.bookings'] as const
const COLUMN = ['a column', 'alter table shop.bookings drop column id'] as const
const SEQUENCE = ['a sequence', 'drop sequence shop.bookings_id_seq cascade'] as const

const READING = 'select array['

/** So far behind that it is repaired by a statement of its own, and first. */
const FAR = 2_000_000

/** Whichever of its statements meets it first. */
const GONE: unknown = expect.stringMatching(
  /^(No sequence feeds shop\.bookings\.id|Cannot repair sequence "shop"\."bookings_id_seq": it was dropped meanwhile)\. Nothing was changed\.$/,
)

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
  return { done: repaired.map(({ table }) => table), refused }
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

  it.each([
    ['as the repair of all begins', 10, DRAW],
    ['as its own repair begins', FAR, REPAIR],
  ])('%s is refused by apply, which repairs the others', async (_when, gap, step) => {
    await scene.set(gap)
    const { done, refused } = await applyStruck([step], () => scene.query(drop))
    expect(done).toEqual(['accounts', 'customers'])
    expect(refused.map(({ reason }) => reason)).toEqual([GONE])
    await expectRestFinished()
  })

  it('after its repair is refused: nobody can tell whether that was enough', async () => {
    await scene.set(FAR)
    const { done, refused } = await applyStruck([REPAIR, READING], () => scene.query(drop))
    expect(done).toEqual(['accounts', 'customers'])
    expect(refused).toMatchObject([
      {
        table: 'bookings',
        verdict: 'unknown',
        reason:
          'Sequence "shop"."bookings_id_seq" was moved, and it cannot be told whether that is far enough. Cannot read "shop"."bookings"."id": it was dropped meanwhile.',
      },
    ])
    await expectRestFinished()
  })

  it('after values were drawn for all is refused by apply, which repairs the others', async () => {
    await scene.set(10)
    const { done, refused } = await applyStruck([DRAW, READING], () => scene.query(drop))
    expect(done).toEqual(['accounts', 'customers'])
    expect(refused.map(({ reason }) => reason)).toEqual([GONE])
    await expectRestFinished()
  })
})

it.each([
  [...TABLE, 10, DRAW],
  [...SEQUENCE, 10, DRAW],
  [...TABLE, FAR, REPAIR],
  [...SEQUENCE, FAR, REPAIR],
])(
  '%s that is dropped (%s), %i values behind, while its repair waits for the lock is refused by apply, which repairs the others',
  async (_, drop, gap, step) => {
    await scene.set(gap)
    const holder = await server.connect()
    const take = async () => {
      await holder.query(`begin; ${drop}`)
      void scene
        .until('exists (select from pg_locks where not granted)')
        .then(() => holder.query('commit'))
    }
    const { done, refused } = await applyStruck([step], take)
    expect(done).toEqual(['accounts', 'customers'])
    expect(refused.map(({ reason }) => reason)).toEqual([GONE])
    await expectRestFinished()
  },
)
