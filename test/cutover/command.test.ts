import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { startRenamingProxy } from '../support/renaming-proxy'

const source = useDatabase()
const target = useDatabase()

const SQL = `
  create table accounts (id serial primary key);
  create table bookings (id bigint generated always as identity);
  create sequence ticket_numbers`

beforeAll(async () => {
  await source.query(SQL)
  await target.query(SQL)
  await source.query(`insert into accounts select from generate_series(1, 40);
    select setval('ticket_numbers', 7); create sequence vouchers`)
  await target.query(`create sequence drafts`)
})

/** Words that no output may hold. */
function secrets(): string[] {
  return [source, target].map(({ url }) => new URL(url).password)
}

const against = (...args: string[]) =>
  resync(['verify', '--url', target.url, '--against', source.url, ...args])
const from = (...args: string[]) =>
  resync(['apply', '--url', target.url, '--from', source.url, ...args])

const TABLES = ['--table', 'accounts', 'bookings']
const UNMATCHED = `Cannot find what takes the place of the source's sequence "public"."vouchers": the target has none that feeds the same column or has the same name. Nothing was changed. Make it in the target, or leave it out with --schema or --table.`
const ALONE = `Sequence "public"."drafts" is in the target alone: there is nothing to compare it with.`

describe('before', () => {
  it('verify --against says what is behind, and what to run', async () => {
    expect(await against()).toEqual({
      exitCode: 1,
      out: `COLUMN OR SEQUENCE     SOURCE NEXT  TARGET NEXT  GAP  VERDICT
public.accounts.id              41            1   40  behind
public.bookings.id               1            1    0  ok
public.drafts                                 1       ok
public.ticket_numbers            8            1    7  behind
public.vouchers                  1                    unknown
5 sequences: 2 ok, 2 behind, 1 unknown.`,
      err: `Sequence "public"."accounts_id_seq" is behind the source's "public"."accounts_id_seq": next value 1, the source's 41. After the switch, inserts that draw a taken value fail with 23505.
${ALONE}
Sequence "public"."ticket_numbers" is behind the source's "public"."ticket_numbers": next value 1, the source's 8. After the switch, inserts that draw a taken value fail with 23505.
${UNMATCHED}
Raise what is behind shortly before the switch. Run: typeorm-resync apply --url URL --from URL --headroom 1000`,
    })
  })

  it('verify --against --format json has ids as strings, and fails on what it is told to', async () => {
    const ran = await against('--format', 'json', '--fail-on', 'unknown', ...TABLES)
    expect(ran).toMatchObject({ exitCode: 0, err: '' })
    expect(JSON.parse(ran.out)).toMatchObject({
      database: target.name,
      server: { inRecovery: false },
      source: { database: source.name, server: { inRecovery: false } },
      summary: { total: 2, ok: 1, behind: 1, unknown: 0 },
      sequences: [
        {
          columns: [{ schema: 'public', table: 'accounts', column: 'id' }],
          sequence: '"public"."accounts_id_seq"',
          sourceSequence: '"public"."accounts_id_seq"',
          nextValue: '1',
          sourceNextValue: '41',
          gap: '40',
          verdict: 'behind',
          note: null,
        },
        { verdict: 'ok', reason: null },
      ],
    })
    expect((await against('--fail-on', 'unknown')).exitCode).toBe(1)
  })

  it('apply --from --dry-run prints statements, and changes nothing', async () => {
    const ran = await from('--dry-run', ...TABLES)
    expect(ran).toMatchObject({ exitCode: 0, err: '' })
    expect(ran.out).toContain('do $resync$')
    expect(ran.out).toMatch(/\n2 to raise, 0 unchanged, 0 refused\.$/)
    expect((await against(...TABLES)).exitCode).toBe(1)
  })
})

describe('after', () => {
  it('apply --from has raised what it can, and says what it cannot', async () => {
    expect(await from('--headroom', '500')).toEqual({
      exitCode: 1,
      out: `COLUMN OR SEQUENCE     SOURCE NEXT  NEXT BEFORE  NEXT AFTER  METHOD
public.accounts.id              41            1         541  burn
public.bookings.id               1            1         501  burn
public.ticket_numbers            8            1         508  burn
3 raised, 1 unchanged, 1 refused.`,
      err: `${UNMATCHED}\n${ALONE}`,
    })
    expect(await against(...TABLES)).toMatchObject({ exitCode: 0, err: '' })
  })

  it('takes a URL that stands in an environment variable', async () => {
    const args = ['apply', '--from', 'env:OLD', '--headroom', '500', '--format', 'json', ...TABLES]
    const env = { OLD: source.url, DATABASE_URL: target.url }
    const ran = await resync(args, env)
    expect(ran).toMatchObject({ exitCode: 0, err: '' })
    expect(JSON.parse(ran.out)).toMatchObject({
      headroom: '500',
      raised: [],
      unchanged: [{ nextValue: '541' }, { nextValue: '501' }],
      summary: { raised: 0, unchanged: 2, refused: 0 },
    })
    expect(await resync(args, { DATABASE_URL: target.url })).toEqual({
      exitCode: 2,
      out: '',
      err: 'Cannot use --from: the environment variable OLD is not set. Nothing was changed.',
    })
  })
})

describe('refuses', () => {
  it('a source that is the target, however it is spelled', async () => {
    const localhost = target.url.replace('127.0.0.1', 'localhost')
    expect(localhost).not.toBe(target.url)
    for (const command of [
      ['apply', '--from'],
      ['verify', '--against'],
    ] as const) {
      const ran = await resync([...command, localhost, '--url', target.url])
      expect(ran).toEqual({
        exitCode: 2,
        out: '',
        err: `Cannot compare the sequences of database "${target.name}" (role "postgres") with themselves: the source, database "${target.name}" (role "postgres"), is the same database of the same server. Nothing was changed. Name the server that is moved away from as the source.`,
      })
    }
  })

  it.each([
    [
      ['apply', '--headroom', '5'],
      'Cannot use --headroom without --from: it is what the database that is replaced may still give. Use --headroom with --from URL.',
    ],
    [
      ['apply', '--from', 'env:OLD', '--headroom', '-5'],
      'Cannot use --headroom "-5": expected a whole number, 0 or more. Nothing was changed.',
    ],
    [
      ['apply', '--from', 'env:OLD', '--resume', 'apply.jsonl'],
      'Cannot use --resume with --from: the source goes on, so each run reads it anew. Run it again without --resume.',
    ],
    [
      ['apply', '--from', 'env:OLD', '--all-databases'],
      'Cannot use --from with --all-databases: it names one database, which one other replaces. Nothing was changed. Run it for each of them.',
    ],
    [
      ['verify', '--against', 'env:OLD', '--targets', 'list'],
      'Cannot use --against with --targets: it names one database, which one other replaces. Nothing was changed. Run it for each of them.',
    ],
    [
      ['verify', '--against', 'env:OLD', '--format', 'prometheus'],
      'Cannot use --format prometheus with --against: it tells of one database. Use --format json.',
    ],
    [
      ['verify', '--against', 'env:OLD', '--fail-on', 'behind,fault'],
      'Cannot use --fail-on behind,fault with --against: it takes behind and unknown. Run verify without --against for the others.',
    ],
    [
      ['verify', '--against', 'shop'],
      'Cannot read the database URL: expected postgres://user:password@host:5432/database, with special characters percent-encoded. Nothing was changed.',
    ],
    [
      ['verify', '--against', 'postgres://app:pa55@127.0.0.1:1/shop'],
      'Cannot connect to 127.0.0.1:1: nothing listens there. Nothing was changed.',
    ],
  ])('%j', async (args, err) => {
    expect(await resync(args, { DATABASE_URL: target.url, OLD: source.url })).toEqual({
      exitCode: 2,
      out: '',
      err,
    })
  })

  it('to tell Nagios of two databases', async () => {
    expect(await against('--format', 'nagios')).toMatchObject({
      exitCode: 3,
      out: expect.stringContaining('Cannot use --format nagios with --against') as string,
    })
  })
})

describe('another engine', () => {
  const YUGABYTE = 'PostgreSQL 15.12-YB-2.25.2.0-b0 on x86_64-pc-linux-gnu, compiled by clang'
  const proxies: { close: () => Promise<void> }[] = []
  afterAll(async () => {
    for (const proxy of proxies) await proxy.close()
  })

  async function renamed(url: string): Promise<string> {
    const [row] = await source.query<{ version: string }>('select version()')
    const proxy = await startRenamingProxy(url, String(row?.version), YUGABYTE)
    proxies.push(proxy)
    return proxy.url
  }

  it('has every verdict unknown, as the source and as the target, and is not written to', async () => {
    const before = await against('--format', 'json')
    for (const [to, by] of [
      [target.url, await renamed(source.url)],
      [await renamed(target.url), source.url],
    ] as const) {
      const verified = await resync(['verify', '--url', to, '--against', by])
      expect(verified.out).toMatch(/\n5 sequences: \d ok, 0 behind, [45] unknown\.$/)
      expect(verified.err).toContain(
        'the server is YugabyteDB, which keeps sequences in its own way.',
      )
      const raised = await resync(['apply', '--url', to, '--from', by, '--headroom', '9000'])
      expect(raised).toMatchObject({ exitCode: 1 })
      expect(raised.out).toMatch(/^0 raised/)
    }
    const sequences = (text: string) => (JSON.parse(text) as { sequences: unknown }).sequences
    expect(sequences((await against('--format', 'json')).out)).toEqual(sequences(before.out))
  })
})

it('prints no password', async () => {
  const args = ['--format', 'json', '--debug']
  for (const ran of [await against(...args), await from(...args), await against(), await from()]) {
    for (const secret of secrets()) expect(ran.out + ran.err).not.toContain(secret)
  }
  expect(secrets()).not.toContain('')
})
