import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenEvent, RefusalEvent, RepairEvent } from 'typeorm-resync'
import { useDatabase } from '../support/database'
import { useGuarded } from '../support/guarded'
import { Account, LineItem, Setting } from './entities'

const database = useDatabase()
const guarded = useGuarded([Account, LineItem, Setting])
const ROLE = `app_${randomBytes(4).toString('hex')}`
const PASSWORD = randomBytes(12).toString('hex')

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
    insert into account select n, 'old-' || n from generate_series(1, 20) n`)
})

/** Makes the sequence fall behind again. */
const DRIFT = `select setval('account_id_seq', 1, false)`

function insert(email: string) {
  return { email }
}

describe('the limits of the guard', () => {
  it('repairs no more than so often within an hour, says so once, and goes on after it', async () => {
    let now = Date.UTC(2026, 10, 23, 12)
    const opened: OpenEvent[] = []
    const { dataSource } = await guarded(database.url, {
      maxRepairsPerHour: 2,
      cooldownMillis: 0,
      now: () => now,
      onOpen: (event) => opened.push(event),
      onRepair: () => undefined,
    })
    const accounts = dataSource.getRepository(Account)
    for (const email of ['a', 'b']) {
      await database.query(DRIFT)
      await accounts.save(insert(email))
    }
    await database.query(DRIFT)
    for (const email of ['c', 'd'])
      await expect(accounts.save(insert(email))).rejects.toMatchObject({ code: '23505' })
    expect(opened).toEqual([
      {
        schema: 'public',
        table: 'account',
        column: 'id',
        until: new Date('2026-11-23T13:00:00.000Z'),
        reason:
          'The sequence of "public"."account"."id" fell behind 2 times within an hour and is not repaired any more until 2026-11-23T13:00:00.000Z: something goes on to insert explicit ids. Run: typeorm-resync verify',
      },
    ])
    now += 3_600_000
    await database.query(DRIFT)
    await accounts.save(insert('e'))
    expect(await database.query(`select count(*)::int as rows from account`)).toEqual([
      { rows: 23 },
    ])
  })

  it('names the likely cause where the sequence is well and inserts collide all the same', async () => {
    await database.query(`
      select setval('account_id_seq', 100);
      create or replace function first_id() returns trigger language plpgsql as 'begin new.id := 1; return new; end';
      create trigger sets_the_id before insert on account for each row execute function first_id()`)
    const refused: RefusalEvent[] = []
    const { dataSource } = await guarded(database.url, { onRefuse: (event) => refused.push(event) })
    await expect(dataSource.getRepository(Account).save(insert('new'))).rejects.toMatchObject({
      code: '23505',
    })
    expect(refused).toEqual([
      {
        schema: 'public',
        table: 'account',
        column: 'id',
        reason:
          'Inserts into "public"."account"."id" collide still, after 3 retries. Trigger "sets_the_id" may set the key. Run: typeorm-resync verify --table public.account',
      },
    ])
  })

  it('gives up after so many retries, where rows with explicit ids are faster', async () => {
    const refused: RefusalEvent[] = []
    const { dataSource } = await guarded(database.url, { onRefuse: (event) => refused.push(event) })
    let inserts = 0
    dataSource.subscribers.push({
      async beforeQuery({ query }) {
        if (!/^insert/i.test(query)) return
        inserts += 1
        await database.query(`insert into account
          select last_value + case when is_called then 1 else 0 end, 'thief-' || last_value from account_id_seq
          on conflict do nothing`)
      },
    })
    await expect(dataSource.getRepository(Account).save(insert('new'))).rejects.toMatchObject({
      code: '23505',
    })
    expect(inserts).toBe(4)
    expect(refused.map(({ reason }) => reason)).toEqual([
      'Inserts into "public"."account"."id" collide still, after 3 retries. Rows with explicit ids arrive faster than its sequence is repaired, or the value does not come from there. Run: typeorm-resync verify --table public.account',
    ])
  })

  it('tries nothing again where no retry is allowed', async () => {
    const { dataSource } = await guarded(database.url, { maxRetries: 0 })
    await expect(dataSource.getRepository(Account).save(insert('new'))).rejects.toMatchObject({
      code: '23505',
    })
    expect(await database.query(`select last_value from account_id_seq`)).toEqual([
      { last_value: '1' },
    ])
  })

  it('refuses a gap that is larger than allowed', async () => {
    const { dataSource, warnings } = await guarded(database.url, { maxGap: 10n })
    await expect(dataSource.getRepository(Account).save(insert('new'))).rejects.toMatchObject({
      code: '23505',
    })
    expect(warnings).toEqual([
      'Sequence "public"."account_id_seq" is 19 values behind "public"."account"."id" (next value 2, highest value 20), more than the 10 allowed. Nothing was changed. Run: typeorm-resync apply --table public.account --force',
    ])
  })

  it('sets fifty savepoints in a transaction, and leaves the inserts after those alone', async () => {
    const { dataSource } = await guarded(database.url)
    const settingsThenAccount = (settings: number) =>
      dataSource.transaction(async (manager) => {
        // The first needs none: it could begin anew.
        for (let n = 0; n <= settings; n += 1) {
          await manager.insert(Setting, { key: String(n), value: '' })
        }
        await manager.insert(Account, insert('new'))
      })
    await expect(settingsThenAccount(50)).rejects.toMatchObject({ code: '23505' })
    await settingsThenAccount(49)
    expect(await database.query(`select count(*)::int as rows from setting`)).toEqual([
      { rows: 50 },
    ])
  })

  it('is not disturbed by a handler that throws', async () => {
    const { dataSource, warnings } = await guarded(database.url, {
      onRepair: () => {
        throw new Error('broken handler')
      },
    })
    await dataSource.getRepository(Account).save(insert('new'))
    expect(warnings).toEqual(['A handler of the guard failed: Error: broken handler'])
  })

  it('drops the values that the session had taken beforehand (CACHE)', async () => {
    await database.query(`drop table account; create sequence cached cache 50;
      create table account (id integer primary key default nextval('cached'), email text not null unique)`)
    const repairs: RepairEvent[] = []
    const { dataSource } = await guarded(
      database.url,
      { onRepair: (event) => repairs.push(event) },
      2,
    )
    // Both sessions hold values: 1 to 50, and 51 to 100.
    const one = dataSource.createQueryRunner()
    const two = dataSource.createQueryRunner()
    await one.manager.insert(Account, insert('one'))
    await two.manager.insert(Account, insert('two'))
    await database.query(
      `insert into account select n, 'old-' || n from generate_series(2, 500) n where n <> 51`,
    )
    await one.manager.insert(Account, insert('three'))
    await two.manager.insert(Account, insert('four'))
    await one.release()
    await two.release()
    expect(repairs).toHaveLength(1)
    expect(
      await database.query(
        `select count(*)::int as rows, bool_and(id > 500) filter (where email in ('three', 'four')) as past from account`,
      ),
    ).toEqual([{ rows: 502, past: true }])
  })
})

describe('a role that may not repair', () => {
  beforeEach(async () => {
    await database.query(`drop table account;
      create table account (id integer generated by default as identity primary key, email text not null unique);
      insert into account select n, 'old-' || n from generate_series(1, 20) n;
      grant select, insert on account to ${ROLE}`)
  })

  it('gets the original error, and the log the right that it lacks', async () => {
    const { dataSource, warnings } = await guarded(database.urlFor(ROLE, PASSWORD))
    const save = () => dataSource.getRepository(Account).save(insert('new'))
    await expect(save()).rejects.toMatchObject({ code: '23505' })
    await expect(save()).rejects.toMatchObject({ code: '23505' })
    expect(warnings).toEqual([
      `Cannot read sequence "public"."account_id_seq": role "${ROLE}" lacks SELECT. Run: GRANT SELECT ON SEQUENCE "public"."account_id_seq" TO "${ROLE}"`,
    ])
  })

  it('is healed by a DataSource of another role', async () => {
    const owner = await guarded(database.url)
    const { dataSource } = await guarded(database.urlFor(ROLE, PASSWORD), {
      repairDataSource: owner.dataSource,
    })
    const account = await dataSource.getRepository(Account).save(insert('new'))
    expect(account.id).toBe(21)
  })
})
