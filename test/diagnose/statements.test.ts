import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from 'pg'
import { resync } from '../support/cli'
import { useOwnServer } from '../support/own-server'

const server = useOwnServer({ shared_preload_libraries: 'pg_stat_statements', fsync: 'off' })
let admin: Client

beforeAll(async () => {
  admin = await server.connect()
  await admin.query('create extension pg_stat_statements')
})

beforeEach(async () => {
  await admin.query('drop schema if exists shop cascade; create schema shop')
  await admin.query('select pg_stat_statements_reset()')
})

interface Printed {
  readonly columns: {
    table: string
    causes: { kind: string; confidence: string; evidence: { text: string }[] }[]
  }[]
  readonly notes: string[]
}

async function diagnosed(...args: string[]) {
  const ran = await resync(['diagnose', '--url', server.current().url, '--format', 'json', ...args])
  return { exitCode: ran.exitCode, err: ran.err, ...(JSON.parse(ran.out) as Printed) }
}

/** Runs each statement, and returns the first cause that is named for `shop.t`. */
async function firstCause(...statements: string[]) {
  for (const statement of statements) await admin.query(statement)
  const { exitCode, columns } = await diagnosed('--table', 'shop.t')
  expect(exitCode).toBe(1)
  const [cause] = columns[0]?.causes ?? []
  return cause && { kind: cause.kind, confidence: cause.confidence, text: cause.evidence[0]?.text }
}

const TABLE = 'create table shop.t (id serial primary key, note text)'

it.each([
  {
    name: 'an INSERT that lists the key',
    statements: [TABLE, `insert into shop.t (id, note) values (7, 'secret')`],
    cause: {
      kind: 'explicit-ids',
      confidence: 'proven',
      text: '1 call, 1 row, role "postgres": insert into shop.t(id, note) values ($1, $2)',
    },
  },
  {
    name: 'an INSERT in a WITH',
    statements: [
      TABLE,
      `with x as (insert into shop.t (note, id) values ('a', 7), ('b', 8) returning id) select * from x`,
    ],
    cause: { kind: 'explicit-ids', confidence: 'proven' },
  },
  {
    name: 'an INSERT of all columns of another table',
    statements: [
      TABLE,
      'create table shop.old (id int, note text)',
      `insert into shop.old values (7, 'a')`,
      'insert into shop.t select * from shop.old',
    ],
    cause: {
      kind: 'explicit-ids',
      confidence: 'likely',
      text: '1 call, 1 row, role "postgres": insert into shop.t select * from shop.old',
    },
  },
  {
    name: 'an INSERT into a partition',
    statements: [
      'create table shop.t (id bigserial, day int) partition by range (day)',
      'create table shop.t_1 partition of shop.t for values from (0) to (9)',
      'insert into shop.t_1 (day, id) values (1, 7)',
    ],
    cause: { kind: 'explicit-ids', confidence: 'proven' },
  },
  {
    name: 'OVERRIDING SYSTEM VALUE',
    statements: [
      'create table shop.t (id int generated always as identity, note text)',
      'insert into shop.t (id) overriding system value values (7)',
    ],
    cause: { kind: 'overriding', confidence: 'proven' },
  },
  {
    name: 'a RESTART',
    statements: [
      TABLE,
      `insert into shop.t (note) values ('a'), ('b'), ('c')`,
      'alter sequence shop.t_id_seq restart',
    ],
    cause: {
      kind: 'went-back',
      confidence: 'likely',
      text: '1 call, 0 rows, role "postgres": alter sequence shop.t_id_seq restart',
    },
  },
  {
    name: 'a setval to what the table no longer ends at',
    statements: [
      TABLE,
      `insert into shop.t (note) values ('a'), ('b'), ('c')`,
      `select setval('shop.t_id_seq', (select min(id) from shop.t))`,
    ],
    cause: { kind: 'went-back', confidence: 'likely' },
  },
])('names first: $name', async ({ statements, cause }) => {
  expect(await firstCause(...statements)).toMatchObject(cause)
})

it('names COPY first, and prints no file name and no value', async () => {
  await admin.query(`create table shop.t (id int generated always as identity, note text)`)
  await admin.query(`copy (select 7, 'x') to '${server.current().folder}/data/secret-file.tsv'`)
  expect(
    await firstCause(
      `copy shop.t (id, note) from '${server.current().folder}/data/secret-file.tsv'`,
    ),
  ).toEqual({
    kind: 'copy',
    confidence: 'proven',
    text: '1 call, 1 row, role "postgres": copy shop.t(id, note) from ?',
  })
  const { out } = await resync(['diagnose', '--url', server.current().url, '--table', 'shop.t'])
  expect(out).not.toContain('secret')
})

it('names a MERGE that inserts the key, where the server has MERGE', async () => {
  const [row] = (
    await admin.query(`select current_setting('server_version_num')::int >= 150000 as has`)
  ).rows as { has: boolean }[]
  if (!row?.has) return
  expect(
    await firstCause(
      TABLE,
      `merge into shop.t using (select 7 as id) s on s.id = t.id when not matched then insert (id) values (s.id)`,
    ),
  ).toMatchObject({ kind: 'explicit-ids', confidence: 'proven' })
})

it('names no statement that leaves the key to its sequence', async () => {
  for (const statement of [
    TABLE,
    `insert into shop.t (note) values ('a')`,
    `insert into shop.t (id, note) values (default, 'a')`,
    `insert into shop.t values (nextval('shop.t_id_seq'), 'a')`,
    `insert into shop.t select nextval('shop.t_id_seq'), note from shop.t`,
    `insert into shop.t default values`,
    `explain insert into shop.t (id) values (9)`,
  ])
    await admin.query(statement)
  expect(await diagnosed('--table', 'shop.t')).toMatchObject({
    exitCode: 0,
    columns: [{ table: 't', causes: [] }],
    notes: [],
  })
})

it('says what a role may not see, and prints the whole finding', async () => {
  await admin.query(TABLE)
  await admin.query(`insert into shop.t (id) values (7)`)
  const url = new URL(server.current().url)
  await admin.query(
    `do $$ begin create role app; exception when duplicate_object then null; end $$`,
  )
  await admin.query('grant usage on schema shop to app')
  await admin.query('grant select on all tables in schema shop to app')
  await admin.query('grant select on all sequences in schema shop to app')
  const whole = await resync(['diagnose', '--url', url.href])
  expect(whole).toEqual({
    exitCode: 1,
    out: `shop.t.id  behind: next value 1, highest value 7
  proven: Inserts bring their own values for "shop"."t"."id"; its sequence never runs. (explicit-ids)
    pg_stat_statements: 1 call, 1 row, role "postgres": insert into shop.t(id) values ($1)
    Leave "id" out of their columns, or write DEFAULT there. Where they must bring it, follow them with: typeorm-resync apply --table shop.t
  possible: Rows came into "shop"."t" with their ids: by a restore, a COPY or a seed. Its sequence has given no value since its start. (restore)
    catalog: sequence "shop"."t_id_seq" stands at its start, 1; the highest value is 7
    After each restore, run: typeorm-resync apply --table shop.t

1 column: 1 behind, 2 causes found.`,
    err: '',
  })
  url.searchParams.set('options', '-c role=app')
  const { err } = await resync(['diagnose', '--url', url.href])
  expect(err).toBe(
    'Cannot see which statements other roles ran: role "app" lacks the rights of pg_read_all_stats. Run: GRANT pg_read_all_stats TO "app"',
  )
})
