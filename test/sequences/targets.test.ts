import { Pool } from 'pg'
import { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { verifySequences } from '../../src/tools/sequences/verify'
import { Content } from '../fixtures/entities'
import { useDatabase } from '../support/database'

const database = useDatabase()
let dataSource: DataSource

beforeAll(async () => {
  await database.query(
    'create table content (id bigserial, kind text); insert into content values (5)',
  )
  // One connection: a repair that asked the pool for another would wait for itself.
  dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [Content],
    extra: { max: 1 },
  }).initialize()
})

afterAll(() => dataSource.destroy())

describe('what the library works on', () => {
  it('a DataSource, whose entities it names, with a pool of one connection', async () => {
    expect(await verifySequences(dataSource, { entities: ['Content'] })).toMatchObject({
      columns: [{ table: 'content', entity: 'Content', verdict: 'behind' }],
    })
  })

  it('a QueryRunner, in its transaction', async () => {
    const runner = dataSource.createQueryRunner()
    await runner.startTransaction()
    await runner.query('insert into content values (8)')
    expect(await resyncSequences(runner)).toMatchObject({ repaired: [{ before: 1n, after: 9n }] })
    expect(runner.isTransactionActive).toBe(true)
    await runner.rollbackTransaction()
    await runner.release()
    expect(await database.query('select id from content')).toEqual([{ id: '5' }])
  })

  it('a QueryRunner whose transaction was begun by plain SQL, of which TypeORM does not know', async () => {
    const runner = dataSource.createQueryRunner()
    await runner.query('begin')
    await runner.query('insert into content values (11)')
    await verifySequences(runner)
    await runner.query('insert into content values (12)')
    await runner.query('rollback')
    await runner.release()
    expect(await database.query('select id from content')).toEqual([{ id: '5' }])
  })

  it('a pg Pool, which gets back what it lent', async () => {
    const pool = new Pool({ connectionString: database.url, max: 2 })
    expect(await verifySequences(pool)).toMatchObject({ columns: [{ table: 'content' }] })
    expect(pool).toMatchObject({ totalCount: 1, idleCount: 1, waitingCount: 0 })
    await pool.end()
  })

  it('not an EntityManager, whose queries could each take another connection', async () => {
    await expect(verifySequences(dataSource.manager as never)).rejects.toThrow(
      'Cannot work on an EntityManager here: each query could take another connection. Pass a QueryRunner or a client',
    )
  })

  it('not a DataSource that is not initialised', async () => {
    await expect(verifySequences(new DataSource({ type: 'postgres' }))).rejects.toThrow(
      'Cannot query a DataSource that is not initialised. Call: await dataSource.initialize()',
    )
  })
})

describe('a table that is looked at alone', () => {
  it('is compared with all that draw from its sequence, in whatever schema', async () => {
    await database.query(`create schema far; create sequence shared; create table near (id bigint default nextval('shared'));
      create table far.away (id bigint default nextval('shared')); insert into near values (3); insert into far.away values (40)`)
    const client = await database.connect()
    expect(await verifySequences(client, { tables: ['near'] })).toMatchObject({
      columns: [
        {
          table: 'near',
          verdict: 'behind',
          columnMax: 3n,
          gap: 40n,
          reason: 'next value 1, highest value 40 in "far"."away"."id", which draws from it too',
        },
      ],
    })
    expect(await resyncSequences(client, { tables: ['near'] })).toMatchObject({
      repaired: [{ table: 'near', after: 41n, verdict: 'ok' }],
    })
    await client.end()
  })

  it('may be a partition, which shares the sequence of its root', async () => {
    await database.query(`create table root (id serial, k int) partition by range (k); create table low partition of root for values from (0) to (10);
      create table high partition of root default; insert into root values (2, 1), (70, 99)`)
    const client = await database.connect()
    expect(await verifySequences(client, { tables: ['low'] })).toMatchObject({
      columns: [
        {
          table: 'low',
          verdict: 'behind',
          columnMax: 2n,
          reason: 'next value 1, highest value 70 in "public"."root"."id", which draws from it too',
        },
      ],
    })
    await client.end()
  })
})
