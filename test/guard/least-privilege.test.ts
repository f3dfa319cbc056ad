import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { messageOf } from '../../src/tools/db/sqlstate'
import { useDatabase } from '../support/database'
import { useGuarded } from '../support/guarded'

const database = useDatabase()
const guarded = useGuarded([])
const ROLE = `app_${randomBytes(4).toString('hex')}`
const PASSWORD = randomBytes(12).toString('hex')

beforeAll(() => database.query(`create role ${ROLE} login password '${PASSWORD}'`))

beforeEach(() =>
  database.query(`drop owned by ${ROLE}; drop schema if exists vault cascade; create schema vault;
    grant usage on schema vault to ${ROLE}`),
)

afterAll(() => database.query(`drop owned by ${ROLE}; drop role ${ROLE}`))

const INSERT = `insert into vault.t (secret) values ('')`
const UPSERT = `insert into vault.t (secret) values ('') on conflict do nothing`
const SERIAL = 'create table vault.t (id serial primary key, secret text)'
const IDENTITY =
  'create table vault.t (id int generated always as identity primary key, secret text)'
const BEHIND = `insert into vault.t (id, secret) overriding system value select n, '' from generate_series(1, 20) n`
const SELECT_SEQUENCE = 'SELECT ON SEQUENCE "vault"."t_id_seq"'
const SELECT_ID = 'SELECT ("id") ON "vault"."t"'

/** What the guard asks for beyond what the insert itself needs, one refusal after the other. */
const ROWS: readonly (readonly [
  name: string,
  setup: readonly string[],
  sql: string,
  grants: readonly string[],
])[] = [
  [
    'an insert that collides, on a serial',
    [SERIAL, BEHIND, `grant usage on vault.t_id_seq to ${ROLE}`],
    INSERT,
    [SELECT_SEQUENCE, SELECT_ID],
  ],
  [
    'an insert that collides, on an identity',
    [IDENTITY, BEHIND],
    INSERT,
    [SELECT_SEQUENCE, SELECT_ID, 'USAGE ON SEQUENCE "vault"."t_id_seq"'],
  ],
  [
    'a look before ON CONFLICT, where nothing is behind',
    [IDENTITY],
    UPSERT,
    [SELECT_SEQUENCE, SELECT_ID],
  ],
  [
    'a look before ON CONFLICT, where it is behind',
    [IDENTITY, BEHIND],
    UPSERT,
    [SELECT_SEQUENCE, SELECT_ID, 'USAGE ON SEQUENCE "vault"."t_id_seq"'],
  ],
]

it.each(ROWS)('%s needs exactly these rights', async (_, setup, sql, grants) => {
  for (const statement of setup) await database.query(statement)
  await database.query(`grant insert on vault.t to ${ROLE}`)
  const refused: string[] = []
  const { dataSource } = await guarded(database.urlFor(ROLE, PASSWORD), {
    onRefuse: ({ reason }) => refused.push(reason),
    onRepair: () => undefined,
    verifyIntervalMillis: 0,
    refuseUnknown: true,
  })
  const granted: string[] = []
  for (;;) {
    const error: unknown = await dataSource.query(sql).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error === undefined) break
    const reason = refused.pop() ?? messageOf(error)
    const [, grant, right] = /Run: (GRANT (.*) TO "\w+")$/m.exec(reason) ?? []
    if (grant === undefined || right === undefined) throw new Error(reason)
    if (granted.includes(right))
      throw new Error(`It was granted, and is asked for again: ${reason}`)
    await database.query(grant)
    granted.push(right)
  }
  expect(granted).toEqual(grants)
})
