import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repairSql } from '../../src/tools/sequences/repair-sql'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'

const database = useDatabase()
const ROLE = `app_${randomBytes(4).toString('hex')}`
const PASSWORD = randomBytes(12).toString('hex')

/** A row of docs/rights.md: what a command asks for, one refusal after the other, until it does its work. */
interface Row {
  readonly name: string
  readonly command: 'verify' | 'apply'
  /** Makes the schema `vault` with the table `t`. */
  readonly sql: string
  /** In the order in which they are asked for; `… TO "role"` is left out. */
  readonly grants: readonly string[]
}

const READ = [
  'USAGE ON SCHEMA "vault"',
  'SELECT ON SEQUENCE "vault"."t_id_seq"',
  'SELECT ("id") ON "vault"."t"',
]

const ROWS: readonly Row[] = [
  {
    name: 'verify',
    command: 'verify',
    sql: 'create table vault.t (id serial, secret text)',
    grants: READ,
  },
  {
    name: 'verify, an identity',
    command: 'verify',
    sql: 'create table vault.t (id int generated always as identity, secret text)',
    grants: READ,
  },
  {
    name: 'verify, a sequence that feeds another table too',
    command: 'verify',
    sql: 'create table vault.t (id serial); create table vault.copy (like vault.t including all)',
    grants: [...READ, 'SELECT ("id") ON "vault"."copy"'],
  },
  {
    name: 'verify, a sequence of another schema',
    command: 'verify',
    sql: `create table vault.t (id int default nextval('apart.s'))`,
    grants: [
      'USAGE ON SCHEMA "apart"',
      'USAGE ON SCHEMA "vault"',
      'SELECT ON SEQUENCE "apart"."s"',
      'SELECT ("id") ON "vault"."t"',
    ],
  },
  {
    name: 'apply, a gap that is drawn',
    command: 'apply',
    sql: 'create table vault.t (id serial, secret text); insert into vault.t values (20000000)',
    grants: [...READ, 'USAGE ON SEQUENCE "vault"."t_id_seq"'],
  },
  {
    name: 'apply, a larger gap',
    command: 'apply',
    sql: 'create table vault.t (id serial, secret text); insert into vault.t values (20000001)',
    grants: [
      ...READ,
      'USAGE ON SEQUENCE "vault"."t_id_seq"',
      'UPDATE ON SEQUENCE "vault"."t_id_seq"',
    ],
  },
]

beforeAll(() =>
  database.query(
    `create role ${ROLE} login password '${PASSWORD}'; create schema apart; create sequence apart.s as int`,
  ),
)

afterAll(() => database.query(`drop owned by ${ROLE}; drop role ${ROLE}`))

it.each(ROWS.map((row) => [row.name, row] as const))(
  '%s needs exactly these rights',
  async (_, { command, sql, grants }) => {
    await database.query(
      `drop owned by ${ROLE}; drop schema if exists vault cascade; create schema vault; ${sql}`,
    )
    const url = database.urlFor(ROLE, PASSWORD)
    const granted: string[] = []
    for (;;) {
      const { exitCode, err } = await resync([command, '--url', url, '--table', 'vault.t'])
      if (exitCode === 0) break
      const [, grant, right] = /Run: (GRANT (.*) TO "\w+")$/m.exec(err) ?? []
      if (grant === undefined || right === undefined) throw new Error(err)
      if (granted.includes(right)) throw new Error(`It was granted, and is asked for again: ${err}`)
      await database.query(grant)
      granted.push(right)
    }
    expect(granted).toEqual(grants)
  },
)

it('a generated migration needs what apply needs', async () => {
  await database.query(`drop owned by ${ROLE}; drop schema if exists vault cascade; create schema vault;
    create table vault.t (id serial, secret text); insert into vault.t values (5);
    grant usage on schema vault to ${ROLE}; grant select (id) on vault.t to ${ROLE}; grant select, usage on vault.t_id_seq to ${ROLE}`)
  const client = await database.connect(database.urlFor(ROLE, PASSWORD))
  await client.query(repairSql({ schema: 'vault', table: 't', column: 'id' }))
  expect(await database.query(`select nextval('vault.t_id_seq') as next`)).toEqual([{ next: '6' }])
  await database.query('insert into vault.t values (20000007)')
  await expect(
    client.query(repairSql({ schema: 'vault', table: 't', column: 'id' })),
  ).rejects.toMatchObject({
    code: '42501',
    message: `Sequence vault.t_id_seq is 20000001 values behind vault.t.id: no more than 20000000 are drawn, and role ${ROLE} may not set it. Nothing was changed.`,
    hint: `Run: GRANT UPDATE ON SEQUENCE vault.t_id_seq TO ${ROLE}`,
  })
  await database.query(`grant update on vault.t_id_seq to ${ROLE}`)
  await client.query(repairSql({ schema: 'vault', table: 't', column: 'id' }))
  expect(await database.query(`select nextval('vault.t_id_seq') as next`)).toEqual([
    { next: '20000008' },
  ])
  await client.end()
})

it('only its owner can make other sessions drop the values that they took of a sequence with CACHE', async () => {
  await database.query(`drop owned by ${ROLE}; drop schema if exists vault cascade; create schema vault;
    create table vault.t (id int generated by default as identity (cache 10)); grant usage on schema vault to ${ROLE};
    grant select on vault.t to ${ROLE}; grant all on vault.t_id_seq to ${ROLE}`)
  const writer = await database.connect()
  const insert = async () =>
    (await writer.query('insert into vault.t default values returning id')).rows[0] as unknown
  expect(await insert()).toEqual({ id: 1 })
  await database.query('insert into vault.t select generate_series(2, 30)')
  const url = database.urlFor(ROLE, PASSWORD)
  expect(await resync(['apply', '--url', url, '--table', 'vault.t'])).toMatchObject({
    exitCode: 0,
    err: 'Sequence behind vault.t.id: Sessions that took values of it before, up to 10 at once (CACHE), go on with those. Reconnect them.',
  })
  expect(await insert()).toEqual({ id: 2 })
  await database.query('insert into vault.t select generate_series(31, 60)')
  expect(await resync(['apply', '--url', database.url, '--table', 'vault.t'])).toMatchObject({
    exitCode: 0,
    err: '',
  })
  expect(await insert()).toEqual({ id: 61 })
  await writer.end()
})

it('a gap that is too large to draw takes the owner where sessions take many values at a time', async () => {
  await database.query(`drop owned by ${ROLE}; drop schema if exists vault cascade; create schema vault;
    create table vault.t (id bigint generated by default as identity (cache 10)); insert into vault.t values (50000000);
    grant usage on schema vault to ${ROLE}; grant select on vault.t to ${ROLE}; grant all on vault.t_id_seq to ${ROLE}`)
  const url = database.urlFor(ROLE, PASSWORD)
  expect(await resync(['apply', '--url', url, '--table', 'vault.t'])).toMatchObject({
    exitCode: 1,
    err: 'Cannot move sequence "vault"."t_id_seq" by 50000000 values: sessions take 10 of them at a time (CACHE), so that takes its lock. Nothing was changed. Use role "postgres".',
  })
  const client = await database.connect(url)
  await expect(
    client.query(repairSql({ schema: 'vault', table: 't', column: 'id' })),
  ).rejects.toMatchObject({
    code: '55000',
    message:
      'Sequence vault.t_id_seq is 50000000 values behind vault.t.id, and gives 10 at a time (CACHE): to move it takes its lock, which only role postgres may have, if it is free. Nothing was changed.',
    hint: 'Run it again as that role.',
  })
  await client.end()
  expect(await resync(['apply', '--url', database.url, '--table', 'vault.t'])).toMatchObject({
    exitCode: 0,
    err: '',
  })
})
