import { randomBytes } from 'node:crypto'
import type { DataSource } from 'typeorm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { StaleSequenceError, type RefusalEvent } from 'typeorm-resync'
import { useDatabase } from '../support/database'
import { useGuarded } from '../support/guarded'
import { Account, LineItem, Setting } from './entities'

const database = useDatabase()
const guarded = useGuarded([Account, LineItem, Setting])
const ROLE = `app_${randomBytes(4).toString('hex')}`
const PASSWORD = randomBytes(12).toString('hex')
const REPAIRED =
  'Sequence "public"."account_id_seq" was behind and is repaired: next value 21, before 1.'

beforeAll(async () => {
  await database.query(`create role ${ROLE} login password '${PASSWORD}'`)
})

afterAll(async () => {
  await database.query(`drop owned by ${ROLE}; drop role ${ROLE}`)
})

beforeEach(async () => {
  await database.query(`
    drop table if exists account, setting;
    create table account (id serial primary key, email text not null unique);
    create table setting (key text primary key, value text not null);
    insert into account select n, 'old-' || n from generate_series(1, 20) n;
    grant all on account to ${ROLE}; grant usage on sequence account_id_seq to ${ROLE}`)
})

async function emails(): Promise<string[]> {
  const rows = await database.query<{ email: string }>(`select email from account order by id`)
  return rows.map(({ email }) => email)
}

const OLD = Array.from({ length: 20 }, (_, n) => `old-${String(n + 1)}`)

describe('an insert that a stale sequence would make do harm without an error', () => {
  it.each([
    ['upsert on the id', (ds) => ds.getRepository(Account).upsert({ email: 'new' }, ['id'])],
    [
      'orIgnore()',
      (ds) =>
        ds
          .createQueryBuilder()
          .insert()
          .into(Account)
          .values({ email: 'new' })
          .orIgnore()
          .execute(),
    ],
    [
      'ON CONFLICT with the name of the key, in SQL',
      (ds) =>
        ds.query(
          `insert into account (email) values ('new') on conflict on constraint account_pkey do update set email = 'overwritten'`,
        ),
    ],
    [
      'one in a transaction',
      (ds) =>
        ds.transaction(async (manager) => {
          await manager.insert(Setting, { key: 'before', value: '' })
          await manager.upsert(Account, { email: 'new' }, ['id'])
        }),
    ],
  ] satisfies readonly (readonly [string, (ds: DataSource) => Promise<unknown>])[])(
    'is preceded by a repair: %s',
    async (_, insert) => {
      const { dataSource, warnings } = await guarded(database.url, {}, 1)
      await insert(dataSource)
      expect(await emails()).toEqual([...OLD, 'new'])
      expect(warnings).toEqual([REPAIRED])
    },
  )

  it('is what it says: without the guard a row is overwritten, and another dropped', async () => {
    const { dataSource, guard } = await guarded(database.url)
    guard.release()
    await dataSource.getRepository(Account).upsert({ email: 'new' }, ['id'])
    await dataSource.query(`insert into account (email) values ('dropped') on conflict do nothing`)
    expect(await emails()).toEqual(['new', ...OLD.slice(1)])
  })

  it('is looked after anew once the interval is over', async () => {
    let now = 0
    const { dataSource, warnings } = await guarded(database.url, { now: () => now })
    const upsert = (email: string) => dataSource.getRepository(Account).upsert({ email }, ['id'])
    await upsert('one')
    await database.query(`insert into account values (22, 'explicit')`)
    now += 60_000
    await upsert('two')
    expect(await emails()).toEqual([...OLD, 'one', 'explicit', 'two'])
    expect(warnings).toHaveLength(2)
  })

  it('is looked after each time where the interval is 0', async () => {
    const { dataSource } = await guarded(database.url, { verifyIntervalMillis: 0 })
    for (let n = 1; n <= 3; n += 1) {
      await database.query(`select setval('account_id_seq', 1, false)`)
      await dataSource.getRepository(Account).upsert({ email: `new-${String(n)}` }, ['id'])
    }
    expect(await emails()).toEqual([...OLD, 'new-1', 'new-2', 'new-3'])
  })

  it('is refused where the sequence is behind and cannot be repaired', async () => {
    const { dataSource } = await guarded(database.url, { maxGap: 5n })
    const upsert = dataSource.getRepository(Account).upsert({ email: 'new' }, ['id'])
    await expect(upsert).rejects.toThrow(StaleSequenceError)
    await expect(
      dataSource.getRepository(Account).upsert({ email: 'new' }, ['id']),
    ).rejects.toThrow(
      'Cannot insert into "public"."account" with ON CONFLICT: where a drawn value is taken, that overwrites another\'s row or drops its own, without an error. Nothing was written. Sequence "public"."account_id_seq" is 20 values behind "public"."account"."id" (next value 1, highest value 20), more than the 5 allowed. Nothing was changed. Run: typeorm-resync apply --table public.account --force',
    )
    expect(await emails()).toEqual(OLD)
  })

  it('runs, and it is said, where it cannot be told; or is refused if that was asked for', async () => {
    const url = database.urlFor(ROLE, PASSWORD)
    await database.query(`select setval('account_id_seq', 20)`)
    const refused: RefusalEvent[] = []
    const lenient = await guarded(url, { onRefuse: (event) => refused.push(event) })
    await lenient.dataSource.getRepository(Account).upsert({ email: 'new' }, ['id'])
    expect(await emails()).toEqual([...OLD, 'new'])
    const reason = `Cannot read sequence "public"."account_id_seq": role "${ROLE}" lacks SELECT. Run: GRANT SELECT ON SEQUENCE "public"."account_id_seq" TO "${ROLE}"`
    expect(refused).toEqual([{ schema: 'public', table: 'account', column: 'id', reason }])
    const strict = await guarded(url, { refuseUnknown: true })
    await expect(
      strict.dataSource.getRepository(Account).upsert({ email: 'other' }, ['id']),
    ).rejects.toThrow(StaleSequenceError)
  })
})

describe('an insert with ON CONFLICT that can do no such harm', () => {
  it.each([
    ['another key', `insert into account (email) values ('old-1') on conflict (email) do nothing`],
    [
      'an explicit id',
      `insert into account (id, email) values (3, 'x') on conflict (id) do nothing`,
    ],
    ['a table without a sequence', `insert into setting values ('k', '') on conflict do nothing`],
    ['the words in a value', `insert into setting values ('on conflict', 'on conflict (id)')`],
  ])('runs with no look at the table: %s', async (_, sql) => {
    const { dataSource, warnings } = await guarded(database.url, { maxGap: 0n })
    await dataSource.query(sql)
    expect(warnings).toEqual([])
  })
})
