import type { DataSource, EntitySubscriberInterface } from 'typeorm'
import { guardDataSource, type PgClient } from 'typeorm-resync'
import { beforeEach, describe, expect, it } from 'vitest'
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

async function keys(): Promise<string[]> {
  const rows = await database.query<{ key: string }>(`select key from setting order by key`)
  return rows.map(({ key }) => key)
}

async function newIds(): Promise<number[]> {
  const rows = await database.query<{ id: number }>(
    `select id from account where id > 20 order by id`,
  )
  return rows.map(({ id }) => id)
}

/** Adds a subscriber for a DataSource that is connected already. */
function subscribe(dataSource: DataSource, subscriber: EntitySubscriberInterface): void {
  dataSource.subscribers.push(subscriber)
}

describe('a transaction whose connection its caller has too', () => {
  it('keeps what was written there before the first insert that the guard sees', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    await dataSource.transaction(async (manager) => {
      const client = (await manager.queryRunner?.connect()) as PgClient
      await client.query(`insert into setting values ('by the client', '')`)
      await manager.insert(Account, { email: 'new' })
    })
    expect(await keys()).toEqual(['by the client'])
    expect(await newIds()).toEqual([21])
  })

  it('keeps it also where the connection was taken before the transaction', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    const runner = dataSource.createQueryRunner()
    const client = (await runner.connect()) as PgClient
    await runner.startTransaction()
    await client.query(`insert into setting values ('by the client', '')`)
    await runner.manager.insert(Account, { email: 'new' })
    await runner.commitTransaction()
    await runner.release()
    expect(await keys()).toEqual(['by the client'])
    expect(await newIds()).toEqual([21])
  })
})

describe('a transaction that TypeORM does not know of', () => {
  it('is not healed, also by another role, and stays as the failure left it', async () => {
    const other = await guarded(database.url)
    const { dataSource } = await guarded(database.url, { repairDataSource: other.dataSource }, 1)
    const insert = `insert into account (email) values ('new')`
    const runner = dataSource.createQueryRunner()
    // What the catalog says is known from here on, so that no query of the guard finds out.
    await runner.query(insert.replace('new', 'first'))
    await database.query(`select setval('account_id_seq', 1, false)`)
    await runner.query(`begin`)
    await runner.query(`insert into setting values ('before', '')`)
    await expect(runner.query(insert)).rejects.toMatchObject({ code: '23505' })
    await expect(runner.query(`select 1`)).rejects.toMatchObject({ code: '25P02' })
    await runner.query(`commit`)
    await runner.release()
    expect(await keys()).toEqual([])
  })
})

describe('an insert where a transaction takes none', () => {
  it('fails as itself in a transaction that has failed', async () => {
    const { dataSource } = await guarded(database.url)
    const runner = dataSource.createQueryRunner()
    await runner.startTransaction()
    await expect(runner.query('select 1/0')).rejects.toMatchObject({ code: '22012' })
    const sql = `insert into account (email) values ('new')`
    await expect(runner.query(sql)).rejects.toMatchObject({ code: '25P02', query: sql })
    await expect(runner.query(`${sql} on conflict do nothing`)).rejects.toMatchObject({
      code: '25P02',
      query: `${sql} on conflict do nothing`,
    })
    await runner.rollbackTransaction()
    await runner.release()
  })

  it('runs on its own where the transaction has not begun yet', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    subscribe(dataSource, {
      async beforeTransactionStart({ queryRunner }) {
        await queryRunner.query(`insert into setting values ('by a subscriber', '')`)
      },
    })
    await dataSource.transaction((manager) => manager.insert(Account, { email: 'new' }))
    expect(await keys()).toEqual(['by a subscriber'])
    expect(await newIds()).toEqual([21])
  })

  it('runs on its own where the transaction is over meanwhile', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    const runner = dataSource.createQueryRunner()
    await runner.startTransaction()
    await Promise.all([
      runner.commitTransaction(),
      runner.query(`insert into setting values ('after', '')`),
    ])
    await runner.release()
    expect(await keys()).toEqual(['after'])
  })
})

describe('a nested transaction', () => {
  it('undoes itself alone where its insert cannot be healed', async () => {
    const { dataSource } = await guarded(database.url, { maxGap: 0n }, 1)
    await dataSource.transaction(async (manager) => {
      await manager.insert(Setting, { key: 'outer', value: '' })
      const nested = manager.transaction(async (inner) => {
        await inner.insert(Setting, { key: 'inner', value: '' })
        await inner.insert(Account, { email: 'new' })
      })
      await expect(nested).rejects.toMatchObject({ code: '23505' })
      await manager.insert(Setting, { key: 'after', value: '' })
    })
    expect(await keys()).toEqual(['after', 'outer'])
  })

  it('heals, and both keep what they wrote', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    await dataSource.transaction(async (manager) => {
      await manager.insert(Setting, { key: 'outer', value: '' })
      await manager.transaction(async (inner) => {
        await inner.insert(Setting, { key: 'inner', value: '' })
        await inner.insert(Account, { email: 'new' })
      })
      await manager.insert(Account, { email: 'newer' })
    })
    expect(await keys()).toEqual(['inner', 'outer'])
    expect(await newIds()).toEqual([21, 22])
  })
})

describe('a transaction that sees an older state', () => {
  it.each(['REPEATABLE READ', 'SERIALIZABLE'] as const)(
    'is not healed at a later statement, and stays failed: %s',
    async (isolation) => {
      const { dataSource, warnings } = await guarded(database.url, {}, 1)
      const runner = dataSource.createQueryRunner()
      await runner.startTransaction(isolation)
      await runner.query(`insert into setting values ('before', '')`)
      await database.query(`insert into account values (30, 'meanwhile')`)
      await expect(runner.manager.insert(Account, { email: 'new' })).rejects.toMatchObject({
        code: '23505',
      })
      await expect(runner.query('select 1')).rejects.toMatchObject({ code: '25P02' })
      await runner.commitTransaction()
      await runner.release()
      expect(await keys()).toEqual([])
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toContain('Cannot compare sequences here')
    },
  )
})

describe('a connection that is lost', () => {
  /** Ends the backend as soon as a statement like this is sent. */
  function cutAt(dataSource: DataSource, pattern: RegExp): void {
    let done = false
    subscribe(dataSource, {
      async beforeQuery({ query, queryRunner }) {
        if (done || !pattern.test(query)) return
        done = true
        const [{ pid }] = (await queryRunner.query('select pg_backend_pid() as pid')) as [
          { pid: number },
        ]
        await database.query('select pg_terminate_backend($1, 5000)', [pid])
      },
    })
  }

  it.each([
    ['as the catalog is read', /pg_sequence/],
    ['as the transaction is undone', /^rollback to savepoint typeorm_resync_guard/],
  ])('gives the original error while it heals: %s', async (_, pattern) => {
    const { dataSource } = await guarded(database.url, {}, 1)
    cutAt(dataSource, pattern)
    const work = dataSource.transaction(async (manager) => {
      await manager.insert(Setting, { key: 'before', value: '' })
      await manager.insert(Account, { email: 'new' })
    })
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'account_pkey' })
    await dataSource.getRepository(Account).save({ email: 'new' })
    expect(await newIds()).toEqual([21])
    expect(await keys()).toEqual([])
  })

  it.each([
    ['before the statement', /^savepoint/],
    ['before a later one', /^release savepoint/],
  ])("is TypeORM's own error: %s", async (_, pattern) => {
    const { dataSource } = await guarded(database.url, {}, 1)
    cutAt(dataSource, pattern)
    const work = dataSource.transaction(async (manager) => {
      await manager.query(`update setting set value = ''`)
      await manager.insert(Setting, { key: 'new', value: '' })
      await manager.insert(Setting, { key: 'newer', value: '' })
    })
    await expect(work).rejects.toMatchObject({ name: 'QueryFailedError' })
    expect(await keys()).toEqual([])
  })
})

describe('several statements in one string', () => {
  it('are left alone: a part of them may have been committed', async () => {
    const { dataSource, warnings } = await guarded(database.url)
    await expect(
      dataSource.query(
        `insert into setting values ('once', ''); commit; insert into account (email) values ('new; x')`,
      ),
    ).rejects.toMatchObject({ code: '23505' })
    expect(await keys()).toEqual(['once'])
    expect(warnings).toEqual([])
  })

  it('are not suspected where a value holds a semicolon, or one ends the statement', async () => {
    const { dataSource } = await guarded(database.url)
    await dataSource.query(`/* by a job */ insert into account (email) values ('a;b'); -- end`)
    expect(await newIds()).toEqual([21])
  })
})

describe('a handler', () => {
  it('that fails later does not end the process', async () => {
    const { dataSource, warnings } = await guarded(database.url, {
      onRepair: () => Promise.reject(new Error('no network')),
    })
    await dataSource.getRepository(Account).save({ email: 'new' })
    expect(warnings).toEqual(['A handler of the guard failed: Error: no network'])
  })

  it('is a logger that may fail', async () => {
    const { dataSource, guard } = await guarded(database.url)
    guard.release()
    dataSource.logger.log = () => {
      throw new Error('disk full')
    }
    guardDataSource(dataSource)
    await dataSource.getRepository(Account).save({ email: 'new' })
    expect(await newIds()).toEqual([21])
  })
})

describe('the log', () => {
  it('says a refusal once a minute, whatever its numbers are', async () => {
    let now = 0
    const { dataSource, warnings } = await guarded(database.url, { maxGap: 1n, now: () => now })
    const insert = () => dataSource.getRepository(Account).save({ email: 'new' })
    await expect(insert()).rejects.toMatchObject({ code: '23505' })
    await expect(insert()).rejects.toMatchObject({ code: '23505' })
    expect(warnings).toHaveLength(1)
    now += 60_000
    await expect(insert()).rejects.toMatchObject({ code: '23505' })
    expect(warnings).toHaveLength(2)
  })
})

describe('an insert with ON CONFLICT', () => {
  const upsert = (dataSource: DataSource, email = 'new') =>
    dataSource.getRepository(Account).upsert({ email }, ['id'])

  it('is refused no longer than its sequence is behind', async () => {
    const { dataSource } = await guarded(database.url, { maxGap: 5n, now: () => 0 })
    await expect(upsert(dataSource)).rejects.toMatchObject({ code: 'STALE_SEQUENCE' })
    await database.query(`select setval('account_id_seq', 20)`)
    await upsert(dataSource)
    expect(await newIds()).toEqual([21])
  })

  it('is looked after anew where the last look failed', async () => {
    let now = 0
    const { dataSource } = await guarded(database.url, {
      now: () => now,
      verifyIntervalMillis: 1000,
      lockTimeout: '10ms',
    })
    await upsert(dataSource)
    now += 1000
    const client = await database.connect()
    await client.query('begin; lock table pg_catalog.pg_sequence')
    await upsert(dataSource, 'meanwhile').finally(() => client.query('rollback'))
    await database.query(`select setval('account_id_seq', 1, false)`)
    await upsert(dataSource, 'newer')
    expect(await newIds()).toEqual([21, 22, 23])
  })
})

describe('the DataSource that repairs', () => {
  it('is another than the one that is guarded, whose pool could run out', async () => {
    const { dataSource, guard } = await guarded(database.url)
    guard.release()
    expect(() => guardDataSource(dataSource, { repairDataSource: dataSource })).toThrow(
      'Cannot guard the DataSource: repairDataSource is the same one, whose connections may all be in use by what waits for the repair. Nothing is guarded. Leave it out, or pass another DataSource.',
    )
  })
})
