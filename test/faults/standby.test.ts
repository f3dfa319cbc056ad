import { expect, it } from 'vitest'
import { resync } from '../support/cli'
import { postgresMajor } from '../support/postgres-version'
import { query } from '../support/query'
import { useStandbys } from '../support/standby'

const startStandby = useStandbys()

const REFUSED = `Cannot repair sequences of database "postgres": the server is a standby. Nothing was changed. Use the primary's --url.`

it('a standby is verified, with what cannot be read there unknown; apply refuses it until it is promoted', async () => {
  const sequence = postgresMajor() >= 15 ? 'unlogged sequence' : 'sequence'
  const standby = await startStandby(`
    create table accounts (id serial primary key); insert into accounts values (7);
    create unlogged table drafts (id serial primary key); insert into drafts values (7);
    create table events (id serial primary key);
    create ${sequence} loose; create table kept (id bigint default nextval('loose')); insert into kept values (4);
    alter sequence loose owned by kept.id`)
  const at = ['--url', standby.url]
  const { exitCode, out } = await resync(['verify', ...at, '--format', 'json'])
  expect(exitCode).toBe(1)
  const { columns } = JSON.parse(out) as { columns: { verdict: string; reason: string | null }[] }
  const unreadable = (table: string) => ({
    verdict: 'unknown',
    reason: `Cannot read "public"."${table}"."id": cannot access temporary or unlogged relations during recovery. Nothing was changed. Use the primary's --url.`,
  })
  expect(columns).toMatchObject([
    { verdict: 'behind', reason: 'next value 1, highest value 7' },
    unreadable('drafts'),
    { verdict: 'ok', reason: null },
    postgresMajor() >= 15
      ? unreadable('kept')
      : { verdict: 'behind', reason: 'next value 1, highest value 4' },
  ])
  expect(await resync(['apply', ...at])).toEqual({ exitCode: 2, out: '', err: REFUSED })
  // What no standby holds is empty once it is promoted.
  expect(await query(standby.url, 'select pg_promote()')).toEqual([{ pg_promote: true }])
  expect((await resync(['apply', ...at])).out).toContain('2 repaired, 2 unchanged, 0 refused.')
  expect((await resync(['verify', ...at])).out).toContain('4 columns: 4 ok, 0 behind, 0 unknown.')
  for (const table of ['accounts', 'drafts', 'events', 'kept'])
    await query(standby.url, `insert into ${table} default values`)
  await standby.stop()
})

it('a standby is read by verify, and refused by apply, though not its dry run', async () => {
  const standby = await startStandby('create table users (id serial); insert into users values (7)')
  const verified = await resync(['verify', '--url', standby.url, '--format', 'json'])
  expect(verified.exitCode).toBe(1)
  expect(JSON.parse(verified.out)).toMatchObject({
    server: { inRecovery: true },
    summary: { behind: 1 },
  })
  expect(await resync(['apply', '--url', standby.url])).toEqual({
    exitCode: 2,
    out: '',
    err: REFUSED,
  })
  expect((await resync(['apply', '--url', standby.url, '--dry-run'])).exitCode).toBe(0)
  await standby.stop()
})
