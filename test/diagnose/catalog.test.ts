import { beforeEach, describe, expect, it } from 'vitest'
import { diagnoseSequences } from '../../src/tools/diagnose/diagnose'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'

const database = useDatabase()

beforeEach(() => database.query('drop schema public cascade; create schema public'))

async function causesOf(table: string, sql: string) {
  await database.query(sql)
  const client = await database.connect()
  const { columns } = await diagnoseSequences(client, { tables: [table] })
  await client.end()
  return columns.flatMap(({ causes }) => causes)
}

/** Runs what a remedy for partitions says, and expects that nothing is behind and one sequence gives all values. */
async function runRemedy(remedy: string) {
  await database.query(/sequence: (.*); then run:/.exec(remedy)?.[1] ?? 'no statement')
  const table = /--table (\S+)$/.exec(remedy)?.[1] ?? 'no table'
  const applied = await resync(['apply', '--url', database.url, '--table', table])
  expect(applied.exitCode).toBe(0)
  await database.query('insert into t_1 (day) values (1); insert into t (day) values (1)')
  const ids = await database.query('select max(id)::int as max from t having count(*) > 2')
  expect(ids).toHaveLength(1)
  const next = `select count(distinct pg_get_expr(adbin, adrelid))::int as count from pg_attrdef where adrelid in ('t'::regclass, 't_1'::regclass)`
  expect(await database.query(next)).toEqual([{ count: 1 }])
  expect((await resync(['verify', '--url', database.url])).exitCode).toBe(0)
}

const TRIGGER = (body: string) => `
  create table t (id serial primary key, note text);
  create sequence own_ids start 100;
  create function give() returns trigger language plpgsql as $$ begin ${body} return new; end $$;
  create trigger give before insert on t for each row execute function give();
  insert into t (note) values ('a'), ('b')`

describe('named first', () => {
  it.each([
    [`new.id := nextval('own_ids');`, 'proven'],
    [`new.id = 7 + nextval('own_ids');`, 'proven'],
    [`select coalesce(max(id), 40) + 1 into new.id from t;`, 'proven'],
    [`if new.note = 'secret-text' then new.id := 90; end if;`, 'likely'],
  ])('a trigger: %s', async (body, confidence) => {
    const [cause] = await causesOf('t', TRIGGER(body))
    expect(cause).toMatchObject({ kind: 'trigger', confidence })
    expect(JSON.stringify(cause)).not.toContain('secret')
  })

  it('a rule that inserts into the table', async () => {
    const [cause] = await causesOf(
      't',
      `create table t (id serial primary key, note text); create table inbox (n int, note text);
       create rule forward as on insert to inbox do instead insert into t (id, note) values (new.n, new.note);
       insert into inbox values (7, 'a')`,
    )
    // It is written into the table of another: looked up where it stands.
    expect(cause).toMatchObject({
      kind: 'trigger',
      evidence: [{ text: 'rule "forward" on public.inbox inserts with "id" among its columns' }],
    })
  })

  it('a sequence that feeds two tables and was set by one', async () => {
    const causes = await causesOf(
      'a',
      `create sequence s; create table a (id int primary key default nextval('s')); create table b (id int primary key default nextval('s'));
       insert into a values (3); insert into b values (9); select setval('s', 3)`,
    )
    expect(causes[0]).toMatchObject({ kind: 'shared-sequence', confidence: 'likely' })
  })

  it('another sequence that was set in place of the one that is drawn from', async () => {
    const causes = await causesOf(
      't',
      `create table t (id serial primary key); create sequence s; alter table t alter id set default nextval('s');
       insert into t values (9); select setval('t_id_seq', 9)`,
    )
    expect(causes[0]).toMatchObject({ kind: 'other-default', confidence: 'likely' })
  })

  it('two sequences of which the other was set', async () => {
    const causes = await causesOf(
      't',
      `create table t (id serial primary key); create sequence s owned by t.id; insert into t values (9); select setval('s', 9)`,
    )
    expect(causes[0]).toMatchObject({ kind: 'two-sequences', confidence: 'likely' })
  })

  it('a partition with a sequence of its own', async () => {
    const causes = await causesOf(
      't',
      `create table t (id bigserial, day int) partition by range (day); create table t_1 (id bigserial, day int);
       alter table t attach partition t_1 for values from (0) to (9); insert into t_1 (day) values (1), (1)`,
    )
    expect(causes[0]).toMatchObject({ kind: 'partition-sequence', confidence: 'likely' })
    expect(causes[0]?.remedy).toBe(
      `Give all of them one sequence: ALTER TABLE "public"."t_1" ALTER COLUMN "id" SET DEFAULT nextval('"public"."t_id_seq"'::regclass); then run: typeorm-resync apply --table public.t`,
    )
    await runRemedy(causes[0]?.remedy ?? '')
  })

  it.each(['t', 't_1'])('partitions with identities of their own, seen from %s', async (table) => {
    const [row] = await database.query<{ old: boolean }>(
      `select current_setting('server_version_num')::int < 170000 as old`,
    )
    // From 17 on, a partition has its root's identity.
    if (!row?.old) return
    const causes = await causesOf(
      table,
      `create table t (id bigserial, day int) partition by range (day);
       create table t_1 (id bigint generated by default as identity, day int); alter table t attach partition t_1 for values from (0) to (9);
       insert into t_1 (day) values (1), (1); insert into t (day) values (1); insert into t values (9, 1)`,
    )
    expect(causes[0]).toMatchObject({ kind: 'partition-sequence', confidence: 'likely' })
    await runRemedy(causes[0]?.remedy ?? '')
  })

  it('values of another phase of the increment', async () => {
    const causes = await causesOf(
      't',
      `create table t (id int generated by default as identity (start 1 increment 2) primary key); insert into t select * from generate_series(2, 40, 2)`,
    )
    expect(causes[0]).toMatchObject({ kind: 'node-ranges', confidence: 'likely' })
  })

  it('values in blocks', async () => {
    const causes = await causesOf(
      't',
      `create table t (id bigserial primary key); select setval('t_id_seq', 9);
       insert into t select b * 50 + i from unnest(array[1, 2, 4, 7, 9]) b, generate_series(0, 19 + b) i`,
    )
    expect(causes[0]).toMatchObject({ kind: 'application-ids', confidence: 'possible' })
  })

  it('a restore, where several sequences stand at their start', async () => {
    const causes = await causesOf(
      'a',
      `create table a (id serial primary key); create table b (id serial primary key); insert into a values (7); insert into b values (7)`,
    )
    expect(causes[0]).toMatchObject({ kind: 'restore', confidence: 'likely' })
  })

  it('cached values, beside a sequence that is well', async () => {
    const causes = await causesOf(
      't',
      `create table t (id int generated always as identity (cache 20) primary key)`,
    )
    expect(causes).toMatchObject([{ kind: 'cached-values', confidence: 'possible' }])
  })

  it('cached values, of a sequence that is behind', async () => {
    const causes = await causesOf(
      't',
      `create table t (id int generated by default as identity (cache 20) primary key);
       insert into t default values; insert into t values (40)`,
    )
    expect(causes).toMatchObject([{ kind: 'cached-values', confidence: 'possible' }])
  })

  it('a sequence that fell between two looks', async () => {
    await database.query(`create table t (id serial primary key); insert into t values (9)`)
    const client = await database.connect()
    const { columns } = await diagnoseSequences(client, {
      now: () => new Date(1000),
      history: { pointsOf: () => [{ at: new Date(0), nextValue: 10n, columnMax: 9n }] },
    })
    await client.end()
    expect(columns[0]?.causes[0]).toMatchObject({
      kind: 'went-back',
      confidence: 'proven',
      evidence: [
        {
          text: 'next value 10 at 1970-01-01T00:00:00.000Z, 1 at 1970-01-01T00:00:01.000Z, this look',
        },
      ],
    })
  })
})

it('names nothing in a database that is well', async () => {
  await database.query(`
    create table s (id serial primary key, note text); insert into s (note) select 'a' from generate_series(1, 500);
    delete from s where id % 7 = 0;
    create table i (id bigint generated always as identity primary key, mail text unique); insert into i (mail) values ('a'), ('b');
    create table p (id bigserial, day int, primary key (id, day)) partition by range (day);
    create table p_1 partition of p for values from (0) to (9); insert into p (day) values (1), (2);
    create function touch() returns trigger language plpgsql as $$ begin new.note := 'x'; return new; end $$;
    create trigger touch before insert on s for each row execute function touch()`)
  const named = await resync([
    'diagnose',
    '--url',
    database.url,
    '--table',
    's',
    'i',
    'p',
    '--format',
    'json',
  ])
  expect(named.exitCode).toBe(0)
  expect((JSON.parse(named.out) as { summary: unknown }).summary).toEqual({
    total: 3,
    behind: 0,
    causes: 0,
  })
  expect(await resync(['diagnose', '--url', database.url])).toEqual({
    exitCode: 0,
    out: 'No sequence is behind.',
    err: '',
  })
})

it('names no trigger that draws from the same sequence', async () => {
  expect(await causesOf('t', TRIGGER(`new.id := nextval('public.t_id_seq');`))).toEqual([])
})
