import { expect, it } from 'vitest'
import { resync } from '../support/cli'
import { query } from '../support/query'
import { useStandbys } from '../support/standby'

const startStandby = useStandbys()

async function diagnosed(url: string, ...args: string[]) {
  const { exitCode, out } = await resync(['diagnose', '--url', url, '--format', 'json', ...args])
  const { columns } = JSON.parse(out) as { columns: { causes: { kind: string }[] }[] }
  return { exitCode, causes: columns.map(({ causes }) => causes) }
}

it('names first a promotion, also where sequences stand at their start; once repaired, it names nothing', async () => {
  // What a logical replica holds: the publisher's rows, and sequences of its own.
  const promoted = await startStandby(`
    create table accounts (id serial primary key); insert into accounts select from generate_series(1, 9);
    select setval('accounts_id_seq', 3); create table bookings (id serial primary key); insert into bookings values (7);
    create table visits (id serial primary key); insert into visits values (8);
    create table well (id serial primary key); insert into well default values`)
  expect(await query(promoted.url, 'select pg_promote()')).toEqual([{ pg_promote: true }])
  const { exitCode, causes } = await diagnosed(promoted.url)
  expect(exitCode).toBe(1)
  expect(causes).toMatchObject([
    [
      {
        kind: 'promotion',
        confidence: 'likely',
        evidence: [
          { source: 'server', text: 'timeline 2; one that was never promoted is on 1' },
          { source: 'catalog', text: '3 sequences are behind at once' },
        ],
      },
    ],
    // Both are as likely; a promotion explains a restore's mark, and not the other way round.
    [{ kind: 'promotion' }, { kind: 'restore', confidence: 'likely' }],
    [{ kind: 'promotion' }, { kind: 'restore', confidence: 'likely' }],
  ])
  expect((await resync(['apply', '--url', promoted.url])).exitCode).toBe(0)
  const tables = ['--table', 'accounts', 'bookings', 'visits', 'well']
  expect(await diagnosed(promoted.url, ...tables)).toEqual({
    exitCode: 0,
    causes: [[], [], [], []],
  })
  await promoted.stop()
})
