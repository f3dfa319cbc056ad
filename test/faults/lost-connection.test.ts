import { DataSource } from 'typeorm'
import { describe, expect, it } from 'vitest'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { verifySequences } from '../../src/tools/sequences/verify'
import { resync } from '../support/cli'
import { useOwnServer } from '../support/own-server'
import { DRAW, DRAWING, REPAIR, sceneOn, struckAt, UNDER_TEST, WAITING } from '../support/scene'

const server = useOwnServer()
const scene = sceneOn(server)

const ENDED =
  'Cannot repair sequence "shop"."bookings_id_seq": lost the connection: terminating connection due to administrator command (57P01). The sequence is no lower than before. Run: typeorm-resync apply --table shop.bookings'

const NO_LOWER: unknown = expect.stringMatching(
  /^Cannot repair sequence "shop"\."bookings_id_seq": .*\. The sequence is no lower than before\. Run: typeorm-resync apply --table shop\.bookings$/,
)

function terminate(): Promise<unknown> {
  return scene.query(
    `select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name = '${UNDER_TEST}'`,
  )
}

/** A DataSource whose sessions may draw from the sequences and do not own them. */
function dataSource(): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url: scene.roleUrl(),
    applicationName: UNDER_TEST,
    extra: { max: 1 },
  }).initialize()
}

describe('a session that an administrator ends while it draws', () => {
  it('is reported for that column, which is furthest behind, and those after it, by a pg client; another client finishes', async () => {
    const before = await scene.set(5_000_000)
    const client = await scene.lend()
    await client.query('set role app')
    const work = resyncSequences(client, { schemas: ['shop'] })
    await scene.until(DRAWING)
    await terminate()
    const { repaired, unchanged, refused } = await work
    expect([...repaired, ...unchanged]).toEqual([])
    expect(refused.map(({ table }) => table)).toEqual(['accounts', 'bookings', 'customers'])
    expect(refused[1]?.reason).toBe(ENDED)
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })

  it('is reported so by a DataSource too, whose pool then gives a session that finishes', async () => {
    const before = await scene.set(4_000_000)
    const source = await dataSource()
    const work = resyncSequences(source, { schemas: ['shop'] })
    await scene.until(DRAWING)
    await terminate()
    const { repaired, refused } = await work
    expect(repaired).toEqual([])
    expect(refused.map(({ table }) => table)).toEqual(['accounts', 'bookings', 'customers'])
    expect(refused[1]?.reason).toBe(ENDED)
    const again = await resyncSequences(source, { schemas: ['shop'] })
    expect(again.repaired.map(({ table }) => table)).toEqual(['accounts', 'bookings', 'customers'])
    await source.destroy()
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })
})

describe('a session that ends before its repair is committed', () => {
  it('keeps what was drawn, which no rollback takes back', async () => {
    const before = await scene.set(500)
    const client = await scene.lend()
    const struck = struckAt(client, [DRAW, 'commit'], terminate)
    const { refused } = await resyncSequences(struck, { tables: ['shop.bookings'] })
    expect(refused.map(({ reason }) => reason)).toEqual([NO_LOWER])
    await scene.expectUnharmed(before)
    expect(await resyncSequences(await scene.lend(), { tables: ['shop.bookings'] })).toMatchObject({
      repaired: [],
      unchanged: [{ nextValue: 503n }],
    })
    await terminate()
    await scene.expectFinished()
  })

  it('leaves a sequence with CACHE, whose definition it wrote anew, no lower and defined as it was', async () => {
    const before = await scene.set(500)
    await scene.query('alter sequence shop.bookings_id_seq cache 20')
    const defined = () =>
      scene.query(`select * from pg_sequence where seqrelid = 'shop.bookings_id_seq'::regclass`)
    const definition = await defined()
    const client = await scene.lend()
    const struck = struckAt(client, [REPAIR, 'commit'], terminate)
    const { refused } = await resyncSequences(struck, { tables: ['shop.bookings'] })
    expect(refused.map(({ reason }) => reason)).toEqual([NO_LOWER])
    expect(await defined()).toEqual(definition)
    await scene.expectUnharmed(before)
    await scene.expectFinished()
  })
})

it('verify whose session an administrator ends while the catalog is read could not run', async () => {
  const before = await scene.set(10)
  const holder = await server.connect()
  await holder.query('begin; lock table pg_catalog.pg_sequence in access exclusive mode')
  const work = resync(['verify', '--url', server.current().url, '--lock-timeout', '20s'])
  await scene.until(WAITING)
  await terminate()
  expect(await work).toEqual({
    exitCode: 2,
    out: '',
    err: 'Lost the connection to the database: terminating connection due to administrator command (57P01). No sequence is lower than before. Run it again.',
  })
  await holder.query('rollback')
  await scene.expectUnharmed(before)
  await scene.expectFinished()
})

it('verify whose session an administrator ends while a column is read could not run', async () => {
  const before = await scene.set(10)
  const holder = await server.connect()
  await holder.query('begin; lock table shop.bookings in access exclusive mode')
  const work = verifySequences(await scene.lend(), { schemas: ['shop'], lockTimeout: '20s' })
  const refused = expect(work).rejects.toMatchObject({
    code: 'CONNECTION',
    message:
      'Lost the connection to the database: terminating connection due to administrator command (57P01). No sequence is lower than before. Run it again.',
  })
  await scene.until(WAITING)
  await terminate()
  await refused
  await holder.query('rollback')
  await scene.expectUnharmed(before)
  await scene.expectFinished()
})
