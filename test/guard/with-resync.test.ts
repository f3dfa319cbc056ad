import { Pool } from 'pg'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { beforeEach, describe, expect, it } from 'vitest'
import { withResync } from 'typeorm-resync'
import { useDatabase } from '../support/database'
import { useGuarded } from '../support/guarded'
import { Account, LineItem, Setting } from './entities'

const database = useDatabase()
const guarded = useGuarded([Account, LineItem, Setting])

beforeEach(async () => {
  await database.query(`
    drop table if exists account, setting;
    create table account (id serial primary key, email text not null unique);
    create table setting (key text primary key, value text not null);
    insert into account select n, 'old-' || n from generate_series(1, 20) n`)
})

const WORK = [
  `insert into setting values ('once', '')`,
  `with given as (select 'new' as email) insert into account (email) select email from given`,
]

async function expectHealed(): Promise<void> {
  expect(
    await database.query(`select count(*)::int as rows, max(id) as last from account`),
  ).toEqual([{ rows: 21, last: 21 }])
  expect(await database.query(`select key from setting`)).toEqual([{ key: 'once' }])
}

describe('withResync', () => {
  it('heals what runs on a client of pg, and undoes what it did before', async () => {
    const client = await database.connect()
    await withResync(client, async () => {
      for (const sql of WORK) await client.query(sql)
    })
    await expectHealed()
  })

  it('heals within the transaction of the client', async () => {
    const client = await database.connect()
    await client.query(`begin; insert into setting values ('kept', '')`)
    await withResync(client, () => client.query(WORK[1] ?? ''))
    await client.query('commit')
    expect(await database.query(`select key from setting`)).toEqual([{ key: 'kept' }])
    expect(await database.query(`select max(id) as last from account`)).toEqual([{ last: 21 }])
  })

  it('heals COPY, whose stream `work` makes anew', async () => {
    const client = await database.connect()
    await withResync(client, async () => {
      await client.query(WORK[0] ?? '')
      await pipeline(
        Readable.from(['new\n']),
        client.query(copyFrom('copy account (email) from stdin')),
      )
    })
    await expectHealed()
  })

  it('heals a key that is checked at the commit, where the transaction is its own', async () => {
    await database.query(`alter table account drop constraint account_pkey, add constraint account_pkey
      primary key (id) deferrable initially deferred`)
    const { dataSource } = await guarded(database.url)
    const insert = `insert into account (email) values ('new')`
    const unhealed = dataSource.transaction((manager) => manager.query(insert))
    await expect(unhealed).rejects.toMatchObject({ code: '23505' })
    await database.query(`select setval('account_id_seq', 1, false)`)
    const runner = dataSource.createQueryRunner()
    await withResync(runner, () => runner.query(insert))
    await runner.release()
    expect(await database.query(`select max(id) as last from account`)).toEqual([{ last: 21 }])
  })

  it('heals on a QueryRunner, with the limits and handlers of its guard', async () => {
    const { dataSource, warnings } = await guarded(database.url)
    const runner = dataSource.createQueryRunner()
    await withResync(runner, async () => {
      for (const sql of WORK) await runner.query(sql)
    })
    expect(runner.isTransactionActive).toBe(false)
    await runner.release()
    await expectHealed()
    expect(warnings).toEqual([
      'Sequence "public"."account_id_seq" was behind and is repaired: next value 21, before 2.',
    ])
  })

  it('heals on a QueryRunner that nothing guards', async () => {
    const { dataSource, guard } = await guarded(database.url)
    guard.release()
    const runner = dataSource.createQueryRunner()
    await withResync(runner, async () => {
      for (const sql of WORK) await runner.query(sql)
    })
    await runner.release()
    await expectHealed()
  })

  it('throws the same error where nothing can be healed, and writes nothing', async () => {
    const client = await database.connect()
    const error = new Error('of the caller')
    const work = withResync(client, async () => {
      await client.query(WORK[0] ?? '')
      throw error
    })
    await expect(work).rejects.toBe(error)
    expect(await database.query(`select key from setting`)).toEqual([])
    expect(await client.query('select now() <> statement_timestamp() as inside')).toMatchObject({
      rows: [{ inside: false }],
    })
  })

  it('fails where an error was swallowed, of which a commit would say nothing', async () => {
    const client = await database.connect()
    const work = withResync(client, async () => {
      await client.query(WORK[0] ?? '')
      await client.query(`insert into setting values ('once', '')`).catch(() => undefined)
    })
    await expect(work).rejects.toMatchObject({ code: '25P02' })
  })

  it('tries no more often than the guard of the runner does', async () => {
    const { dataSource } = await guarded(database.url, { maxGap: 0n })
    const runner = dataSource.createQueryRunner()
    let runs = 0
    const work = withResync(runner, async () => {
      runs += 1
      await runner.query(`insert into account (email) values ('new')`)
    })
    await expect(work).rejects.toMatchObject({ code: '23505' })
    await runner.release()
    expect(runs).toBe(1)
  })

  it('takes no DataSource, no pool and no manager', async () => {
    const { dataSource } = await guarded(database.url)
    await expect(withResync(dataSource.manager as never, () => Promise.resolve())).rejects.toThrow(
      'Cannot work on an EntityManager here',
    )
    const pool = new Pool({ connectionString: database.url })
    await expect(withResync(pool, () => Promise.resolve())).rejects.toThrow(
      'Cannot work on a Pool here: each query could take another connection. Pass a QueryRunner or a client',
    )
    await pool.end()
    await expect(withResync(dataSource as never, () => Promise.resolve())).rejects.toThrow()
  })
})
