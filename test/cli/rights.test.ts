import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'

const database = useDatabase()
const ROLE = `app_${randomBytes(4).toString('hex')}`
const PASSWORD = randomBytes(12).toString('hex')
const url = () => database.urlFor(ROLE, PASSWORD)

beforeAll(async () => {
  await database.query(`create role ${ROLE} login password '${PASSWORD}';
    create table bills (id serial primary key); insert into bills values (5);
    create table huge (id bigserial primary key); insert into huge values (50000000)`)
})

afterAll(async () => {
  await database.query(`drop owned by ${ROLE}; drop role ${ROLE}`)
})

describe('a role', () => {
  it('without the right to read the sequence, then the table, then to draw from the sequence, is told what to grant', async () => {
    const verify = () => resync(['verify', '--url', url(), '--table', 'bills'])
    expect(await verify()).toMatchObject({
      exitCode: 1,
      err: `Cannot read sequence "public"."bills_id_seq": role "${ROLE}" lacks SELECT. Run: GRANT SELECT ON SEQUENCE "public"."bills_id_seq" TO "${ROLE}"`,
    })
    await database.query(`grant select on sequence bills_id_seq to ${ROLE}`)
    expect(await verify()).toMatchObject({
      exitCode: 1,
      err: `Cannot read "public"."bills"."id": role "${ROLE}" lacks SELECT. Run: GRANT SELECT ("id") ON "public"."bills" TO "${ROLE}"`,
    })
    await database.query(`grant select (id) on bills to ${ROLE}`)
    expect((await verify()).err).toContain('next value 1, highest value 5')
    const apply = () => resync(['apply', '--url', url(), '--table', 'bills'])
    expect(await apply()).toMatchObject({
      exitCode: 1,
      err: `Cannot move sequence "public"."bills_id_seq": role "${ROLE}" lacks USAGE. Nothing was changed. Run: GRANT USAGE ON SEQUENCE "public"."bills_id_seq" TO "${ROLE}"`,
    })
    await database.query(`grant usage on sequence bills_id_seq to ${ROLE}`)
    expect(await apply()).toMatchObject({ exitCode: 0, err: '' })
  })

  it('without the right to set the sequence is told what to grant, when the gap is too large to draw', async () => {
    await database.query(
      `grant select on huge to ${ROLE}; grant select, usage on sequence huge_id_seq to ${ROLE}`,
    )
    expect(await resync(['apply', '--url', url(), '--table', 'huge'])).toMatchObject({
      exitCode: 1,
      err:
        'Cannot move sequence "public"."huge_id_seq" by 50000000 values: more than 20000000 are not drawn, and role ' +
        `"${ROLE}" lacks UPDATE. Nothing was changed. Run: GRANT UPDATE ON SEQUENCE "public"."huge_id_seq" TO "${ROLE}"`,
    })
    expect(await database.query('select last_value, is_called from huge_id_seq')).toEqual([
      { last_value: '1', is_called: false },
    ])
    await database.query(`grant update on sequence huge_id_seq to ${ROLE}`)
    const leapt = await resync(['apply', '--url', url(), '--table', 'huge'])
    expect(leapt.out).toContain('public.huge.id            1    50000001  leap')
    expect(leapt.err).toBe(
      'Sequence behind public.huge.id: It was moved without its lock, which is safe unless others drew millions of values within that moment.',
    )
  })

  it('which owns the sequence, itself or as a member, can close a large gap without being superuser', async () => {
    await database.query(`create role ${ROLE}_owner; create schema owned authorization ${ROLE}_owner; grant ${ROLE}_owner to ${ROLE};
      create table owned.always (id bigint generated always as identity); create table owned.serials (id bigserial);
      insert into owned.always overriding system value values (50000000); insert into owned.serials values (50000000);
      alter table owned.always owner to ${ROLE}_owner; alter table owned.serials owner to ${ROLE}_owner`)
    expect(await resync(['apply', '--url', url(), '--schema', 'owned'])).toMatchObject({
      exitCode: 0,
      err: '',
    })
    expect(
      await database.query(
        `select nextval('owned.always_id_seq') as always, nextval('owned.serials_id_seq') as serials`,
      ),
    ).toEqual([{ always: '50000001', serials: '50000001' }])
    expect(
      await database.query(`select distinct relowner::regrole::text as owner from pg_class where relname like '%s_id_seq' and
      relnamespace = 'owned'::regnamespace`),
    ).toEqual([{ owner: `${ROLE}_owner` }])
    await database.query(
      `drop schema owned cascade; drop owned by ${ROLE}_owner; drop role ${ROLE}_owner`,
    )
  })

  it('without the right to see every row is never told ok', async () => {
    await database.query(`create table tenants (id serial); insert into tenants values (9); alter table tenants enable row level security;
      grant select on tenants, tenants_id_seq to ${ROLE}`)
    expect(await resync(['verify', '--url', url(), '--table', 'tenants'])).toMatchObject({
      exitCode: 1,
      err: `Cannot trust "public"."tenants"."id": row security may hide rows from role "${ROLE}". Use the table's owner, or a role with BYPASSRLS.`,
    })
  })

  it('without the right to connect is told what to grant, and not where it may not set a parameter', async () => {
    const verify = (to: string) => resync(['verify', '--url', to, '--table', 'bills'])
    await database.query(`revoke connect on database ${database.name} from public`)
    const kept = await verify(url())
    expect(kept).toMatchObject({ exitCode: 2, out: '' })
    expect(kept.err).toMatch(/^Cannot connect to .* Nothing was changed\. Run: GRANT .*$/)
    await database.query(kept.err.replace(/^.* Run: /, ''))
    expect((await verify(url())).err).not.toContain('Cannot connect')
    const parameter = new URL(url())
    parameter.searchParams.set('options', '-c log_statement=all')
    expect((await verify(parameter.href)).err).toMatch(
      /^Cannot connect to .*parameter "log_statement".* Nothing was changed\.$/,
    )
    await database.query(`grant connect on database ${database.name} to public`)
  })

  it('without the right to enter the schema is unknown for that column alone', async () => {
    await database.query(
      `create schema closed; create table closed.t (id serial); grant select on closed.t, closed.t_id_seq to ${ROLE}`,
    )
    const { exitCode, out, err } = await resync([
      'verify',
      '--url',
      url(),
      '--schema',
      'closed',
      'public',
    ])
    expect(exitCode).toBe(1)
    expect(out).toMatch(/closed\.t\.id +\? +\? +\? +unknown/)
    expect(out).toMatch(/public\.bills\.id +6 +5 +0 +100\.0 % +ok/)
    expect(err).toContain(
      `Cannot read "closed"."t"."id": role "${ROLE}" lacks USAGE on schema "closed". Run: GRANT USAGE ON SCHEMA "closed" TO "${ROLE}"`,
    )
  })
})

describe('a session that takes no writes', () => {
  it('is refused by apply, and good enough for verify', async () => {
    await database.query(`alter role ${ROLE} set default_transaction_read_only = on`)
    expect((await resync(['verify', '--url', url(), '--table', 'bills'])).exitCode).toBe(0)
    expect(await resync(['apply', '--url', url(), '--table', 'bills'])).toEqual({
      exitCode: 2,
      out: '',
      err: `Cannot repair sequences of database "${database.name}": the session is read only. Nothing was changed. Use a role without default_transaction_read_only.`,
    })
    await database.query(`alter role ${ROLE} reset default_transaction_read_only`)
  })
})
