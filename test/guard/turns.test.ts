import type { DataSource, EntitySubscriberInterface } from 'typeorm'
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

describe('statements of one connection at the same time', () => {
  it('do not wait for each other where one queries within another', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    subscribe(dataSource, {
      async afterQuery({ query, queryRunner }) {
        if (query.startsWith('select 1')) await queryRunner.query('select 2')
      },
    })
    await dataSource.transaction(async (manager) => {
      await manager.query(`insert into setting values ('before', '')`)
      await Promise.all([
        manager.query('select 1'),
        manager.insert(Account, { email: 'one' }),
        manager.query('select 1'),
        manager.insert(Account, { email: 'two' }),
      ])
    })
    expect(await newIds()).toEqual([21, 22])
  })

  it('heals an insert within another query, and keeps what runs beside it', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    subscribe(dataSource, {
      async afterQuery({ query, queryRunner }) {
        if (query.startsWith('select 1'))
          await queryRunner.query(`insert into account (email) values ('within')`)
      },
    })
    await dataSource.transaction(async (manager) => {
      await manager.query(`insert into setting values ('before', '')`)
      await Promise.all([
        manager.query('select 1'),
        manager.query(`insert into setting values ('beside', '')`),
        manager.query(`update setting set value = 'seen'`),
      ])
    })
    expect(await keys()).toEqual(['before', 'beside'])
    expect(await newIds()).toEqual([21])
  })

  it('heals inserts within one query, each by itself', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    subscribe(dataSource, {
      async afterQuery({ query, queryRunner }) {
        if (!query.startsWith('select 1')) return
        await Promise.all([
          queryRunner.query(`insert into account (email) values ('one')`),
          queryRunner.query(`insert into setting values ('within', '')`),
          queryRunner.query(`insert into account (email) values ('two')`),
        ])
      },
    })
    await dataSource.transaction(async (manager) => {
      await manager.query(`insert into setting values ('before', '')`)
      await manager.query('select 1')
    })
    expect(await keys()).toEqual(['before', 'within'])
    expect(await newIds()).toHaveLength(2)
  })

  it('stand in turn again once the query is over within which they began', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    let later: Promise<unknown> = Promise.resolve()
    let go: () => void = () => undefined
    const signal = new Promise<void>((resolve) => {
      go = resolve
    })
    subscribe(dataSource, {
      afterQuery({ query, queryRunner }) {
        if (!query.startsWith('select 1')) return
        later = signal.then(() => queryRunner.query(`insert into setting values ('later', '')`))
      },
    })
    await dataSource.transaction(async (manager) => {
      await manager.query(`insert into setting values ('before', '')`)
      await manager.query('select 1')
      go()
      await Promise.all([manager.insert(Account, { email: 'new' }), later])
    })
    expect(await keys()).toEqual(['before', 'later'])
    expect(await newIds()).toEqual([21])
  })

  it('waits for what a query left running', async () => {
    const { dataSource } = await guarded(database.url, {}, 1)
    let left: Promise<unknown> = Promise.resolve()
    subscribe(dataSource, {
      afterQuery({ query, queryRunner }) {
        if (query.startsWith('select 1'))
          left = queryRunner.query(`insert into account (email) values ('left')`)
      },
    })
    await dataSource.transaction(async (manager) => {
      await manager.query(`insert into setting values ('before', '')`)
      await manager.query('select 1')
      await manager.insert(Setting, { key: 'beside', value: '' })
      await left
    })
    expect(await keys()).toEqual(['before', 'beside'])
    expect(await newIds()).toEqual([21])
  })
})
