import { describe, expect, it } from 'vitest'
import { compareSequences, raiseSequences, UsageError, type RaiseOptions } from 'typeorm-resync'
import { raisingTable } from '../../src/tools/cli/output/cutover'
import { useDatabase, type TestDatabase } from '../support/database'

const source = useDatabase()
const target = useDatabase()

/** Runs the same on both. */
async function onBoth(sql: string): Promise<void> {
  await source.query(sql)
  await target.query(sql)
}

async function raised(schema: string, options: RaiseOptions = {}, from?: string, to?: string) {
  const [there, here] = [await source.connect(from), await target.connect(to)]
  const done = await raiseSequences(here, there, { schemas: [schema], ...options })
  await Promise.all([there.end(), here.end()])
  return done
}

async function compared(schema: string) {
  const [there, here] = [await source.connect(), await target.connect()]
  const { sequences } = await compareSequences(here, there, { schemas: [schema] })
  await Promise.all([there.end(), here.end()])
  return sequences
}

/** Where a sequence stands, for a comparison by eye. */
async function position(database: TestDatabase, sequence: string): Promise<string> {
  const [row] = await database.query<{ at: string }>(
    `select last_value || case when is_called then '' else ', not called' end as at from ${sequence}`,
  )
  return row?.at ?? ''
}

it('raises past the source and the headroom, by column where names differ, and what code alone draws from by its name', async () => {
  await onBoth(
    `create schema one; create table one.users (id serial primary key, tag smallserial); create sequence one.loose`,
  )
  await target.query('alter sequence one.users_id_seq rename to people_seq')
  await source.query(`insert into one.users select from generate_series(1, 50)`)
  await source.query(`select nextval('one.loose') from generate_series(1, 20)`)
  expect(await compared('one')).toMatchObject([
    { columns: [{ column: 'id' }], verdict: 'behind', gap: 50n },
    { columns: [{ column: 'tag' }], verdict: 'behind', gap: 50n },
    { columns: [], target: { name: 'loose', nextValue: 1n }, verdict: 'behind', gap: 20n },
  ])
  expect(await raised('one')).toMatchObject({
    dryRun: false,
    headroom: 1000n,
    raised: [
      {
        target: { name: 'people_seq' },
        source: { name: 'users_id_seq' },
        before: 1n,
        after: 1051n,
        method: 'burn',
      },
      { after: 1051n },
      { after: 1021n },
    ],
    unchanged: [],
    refused: [],
  })
  expect(await position(target, 'one.people_seq')).toBe('1050')
  expect(await position(target, 'one.loose')).toBe('1020')
  expect((await compared('one')).map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok'])
  // The source is as its writers left it.
  expect(await position(source, 'one.users_id_seq')).toBe('50')
  expect(await position(source, 'one.loose')).toBe('20')
})

it('does nothing a second time while the source stands still, and never lowers what is ahead', async () => {
  await onBoth(
    `create schema again; create table again.t (id serial); create table again.down (id int generated always as identity (increment -1))`,
  )
  await source.query(
    `insert into again.t select from generate_series(1, 9); insert into again.down select from generate_series(1, 9)`,
  )
  await raised('again')
  expect(await raised('again')).toMatchObject({ raised: [], refused: [], unchanged: [{}, {}] })
  await target.query(`select setval('again.t_id_seq', 5000), setval('again.down_id_seq', -5000)`)
  expect(await raised('again')).toMatchObject({ raised: [], unchanged: [{}, {}] })
  expect(await position(target, 'again.t_id_seq')).toBe('5000')
  expect(await position(target, 'again.down_id_seq')).toBe('-5000')
  await source.query(`select setval('again.t_id_seq', 6000), setval('again.down_id_seq', -6000)`)
  await raised('again', { headroom: 0n })
  expect(await position(target, 'again.t_id_seq')).toBe('6000')
  expect(await position(target, 'again.down_id_seq')).toBe('-6000')
})

it("raises past the target's own rows, also where the source is behind these", async () => {
  await onBoth(`create schema own; create table own.t (id serial); insert into own.t values (700)`)
  await target.query(`create table own.added (id serial); insert into own.added values (7)`)
  expect(await compared('own')).toMatchObject([
    { columns: [{ table: 'added' }], source: null, verdict: 'behind', gap: 7n },
    { columns: [{ table: 't' }], verdict: 'behind', gap: 700n },
  ])
  expect(await raised('own', { headroom: 20n })).toMatchObject({
    raised: [{ after: 8n }, { after: 701n }],
  })
  // By its own rows alone: with the source it would not be compared.
  await target.query('insert into own.added values (90)')
  const limited = await raised('own', { headroom: 20n, maxGap: 5n })
  expect(limited.refused.map(({ reason }) => reason)).toEqual([
    `Sequence "own"."added_id_seq" is 83 values behind 91, more than the 5 allowed. Nothing was changed. Run: typeorm-resync apply --table own.added --force`,
  ])
  await target.query('delete from own.added where id = 90')
  expect(await raised('own', { headroom: 900n })).toMatchObject({
    raised: [{ before: 701n, after: 901n }],
    unchanged: [{ source: null, note: expect.stringContaining('in the target alone') as string }],
  })
})

it('takes a large step by setval, and empties the caches of sessions', async () => {
  await onBoth(
    `create schema far; create table far.t (id bigserial); create sequence far.loose; create sequence far.cached cache 50`,
  )
  await source.query(
    `select setval('far.t_id_seq', 1e9::bigint), setval('far.loose', 2e9::bigint), setval('far.cached', 500)`,
  )
  const writer = await target.connect()
  await writer.query(`select nextval('far.cached')`)
  expect(await raised('far')).toMatchObject({
    raised: [
      { after: 1_000_001_001n, method: 'setval' },
      // It holds what other sessions took: 50 at once.
      { target: { name: 'cached' }, before: 51n, after: 1501n, method: 'setval', note: null },
      { target: { name: 'loose' }, after: 2_000_001_001n, method: 'setval' },
    ],
  })
  const { rows } = await writer.query(`select nextval('far.cached')::int as next`)
  expect(rows).toEqual([{ next: 1501 }])
})

it('refuses what does not fit, cycles, is opposed or has no counterpart, and does the rest', async () => {
  await onBoth(`create schema hard;
    create table hard.near (id int generated by default as identity (maxvalue 100));
    create table hard.small (id smallint); create sequence hard.small_seq; alter table hard.small alter id set default nextval('hard.small_seq');
    create sequence hard.turning cycle maxvalue 50; create sequence hard.well`)
  await source.query(`create sequence hard.gone; create sequence hard.opposed;
    select setval('hard.near_id_seq', 90), setval('hard.small_seq', 32000), setval('hard.turning', 20), setval('hard.well', 5)`)
  await target.query('create sequence hard.opposed increment -1; create sequence hard.added')
  const done = await raised('hard')
  expect(done.refused.map(({ reason }) => reason)).toEqual([
    `Cannot raise sequence "hard"."near_id_seq" to 1091 (the source's next value 91, and 1000 of headroom): its range ends at 100. Nothing was changed. Run: typeorm-resync apply --from URL --table hard.near --headroom 9`,
    `Cannot raise sequence "hard"."small_seq" to 33001 (the source's next value 32001, and 1000 of headroom): "hard"."small"."id" ends at 32767. Nothing was changed. Run: typeorm-resync apply --from URL --table hard.small --headroom 766`,
    `Cannot compare sequence "hard"."opposed" with the source's "hard"."opposed": one ascends and the other descends (increments -1 and 1). Nothing was changed. Make the target's as the source's is: ALTER SEQUENCE "hard"."opposed" INCREMENT BY 1`,
    `Cannot compare sequence "hard"."turning" with the source's "hard"."turning": it cycles, and returns to used values by design, so neither is further on. Nothing was changed.`,
    `Cannot find what takes the place of the source's sequence "hard"."gone": the target has none that feeds the same column or has the same name. Nothing was changed. Make it in the target, or leave it out with --schema or --table.`,
  ])
  expect(done.raised).toMatchObject([{ target: { name: 'well' }, after: 1006n }])
  expect(done.unchanged).toMatchObject([{ target: { name: 'added' }, source: null }])
  expect(await position(target, 'hard.near_id_seq')).toBe('1, not called')
  expect(await position(target, 'hard.small_seq')).toBe('1, not called')
  expect(await raised('hard', { tables: ['hard.near'], headroom: 9n })).toMatchObject({
    raised: [{ after: 100n }],
    refused: [],
  })
  expect(await raised('hard', { tables: ['hard.small'], maxGap: 5n, headroom: 9n })).toMatchObject({
    refused: [
      {
        reason: `Sequence "hard"."small_seq" is 32009 values behind 32010, more than the 5 allowed. Nothing was changed. Run: typeorm-resync apply --from URL --table hard.small --headroom 9 --force`,
      },
    ],
  })
})

it('repeats what was selected, and the headroom, where no column of the target names the sequence', async () => {
  await onBoth(`create schema "Loose"; create sequence "Loose".a`)
  await source.query(`select setval('"Loose".a', 700);
    create table "Loose".gone (id bigint default nextval('"Loose".a'))`)
  const done = await raised('Loose', { schemas: ['Loose', 'public'], headroom: 20n, maxGap: 5n })
  expect(done.refused.map(({ reason }) => reason)).toEqual([
    `Sequence "Loose"."a" is 720 values behind 721, more than the 5 allowed. Nothing was changed. Run: typeorm-resync apply --from URL --schema Loose public --headroom 20 --force`,
  ])
})

it('raises a sequence whose column holds no plain number, though it cannot see past what', async () => {
  await onBoth(
    `create schema text; create sequence text.numbers; create table text.invoices (number text default 'R-' || nextval('text.numbers'))`,
  )
  await source.query('insert into text.invoices select from generate_series(1, 30)')
  expect(await raised('text', { headroom: 0n })).toMatchObject({
    raised: [{ columns: [{ column: 'number' }], before: 1n, after: 31n }],
    refused: [],
  })
})

describe('rights', () => {
  it('needs SELECT on the sequences alone of the source, and says what is lacking', async () => {
    await onBoth(
      `create schema closed; create table closed.t (id serial); create table closed.u (id serial)`,
    )
    await source.query(`create role reader_${source.name} login password 'r';
      grant usage on schema closed to reader_${source.name}; grant select on sequence closed.t_id_seq to reader_${source.name};
      alter role reader_${source.name} set default_transaction_read_only = on; insert into closed.t select from generate_series(1, 5)`)
    const reader = source.urlFor(`reader_${source.name}`, 'r')
    const done = await raised('closed', {}, reader)
    expect(done.raised).toMatchObject([{ after: 1006n }])
    expect(done.refused).toMatchObject([
      {
        verdict: 'unknown',
        reason: `Cannot read sequence "closed"."u_id_seq" of the source: role "reader_${source.name}" lacks SELECT. Nothing was changed. Run on the source: GRANT SELECT ON SEQUENCE "closed"."u_id_seq" TO "reader_${source.name}"`,
      },
    ])
    expect(await position(target, 'closed.u_id_seq')).toBe('1, not called')
    await source.query(`drop owned by reader_${source.name}; drop role reader_${source.name}`)
  })

  it('needs USAGE on those of the target, and to read what they feed', async () => {
    const role = `writer_${target.name}`
    await onBoth(
      `create schema rights; create table rights.t (id serial); create table rights.u (id serial); create sequence rights.loose`,
    )
    await source.query(`select setval('rights.loose', 5)`)
    await target.query(`create role ${role} login password 'w'; grant usage on schema rights to ${role};
      grant select on all sequences in schema rights to ${role}; grant select on rights.t to ${role}`)
    const done = await raised('rights', {}, undefined, target.urlFor(role, 'w'))
    expect(done.refused.map(({ reason }) => reason)).toEqual([
      `Cannot move sequence "rights"."t_id_seq": role "${role}" lacks USAGE. Nothing was changed. Run: GRANT USAGE ON SEQUENCE "rights"."t_id_seq" TO "${role}"`,
      `Cannot read "rights"."u"."id": role "${role}" lacks SELECT. Run: GRANT SELECT ("id") ON "rights"."u" TO "${role}"`,
      `Cannot move sequence "rights"."loose": role "${role}" lacks USAGE. Nothing was changed. Run: GRANT USAGE ON SEQUENCE "rights"."loose" TO "${role}"`,
    ])
    await target.query(
      `grant usage on all sequences in schema rights to ${role}; grant select on rights.u to ${role}`,
    )
    expect((await raised('rights', {}, undefined, target.urlFor(role, 'w'))).raised).toHaveLength(3)
    await target.query(`drop owned by ${role}; drop role ${role}`)
  })
})

describe('a dry run', () => {
  it('changes nothing, and prints statements that do', async () => {
    await onBoth(
      `create schema dry; create table dry.t (id serial); create sequence dry.loose increment -2`,
    )
    await source.query(`select setval('dry.t_id_seq', 70), setval('dry.loose', -71)`)
    const done = await raised('dry', { dryRun: true })
    expect(done).toMatchObject({ dryRun: true, raised: [{ after: 1071n }, { after: -2073n }] })
    expect(await position(target, 'dry.t_id_seq')).toBe('1, not called')
    expect(await position(target, 'dry.loose')).toBe('-1, not called')
    for (const { sql } of done.raised) await target.query(String(sql))
    expect(await position(target, 'dry.t_id_seq')).toBe('1070')
    expect(await position(target, 'dry.loose')).toBe('-2071')
  })
})

describe('a source that is the target', () => {
  it('is refused, whoever connects to it', async () => {
    const role = `other_${target.name}`
    await target.query(`create role ${role} login password 'o'`)
    const [here, there] = [await target.connect(), await target.connect(target.urlFor(role, 'o'))]
    const refusal = new UsageError(
      `Cannot compare the sequences of database "${target.name}" (role "postgres") with themselves: the source, database "${target.name}" (role "${role}"), is the same database of the same server. Nothing was changed. Name the server that is moved away from as the source.`,
    )
    await expect(raiseSequences(here, there)).rejects.toThrow(refusal)
    await expect(compareSequences(here, there)).rejects.toThrow(refusal)
    await expect(raiseSequences(here, here)).rejects.toThrow('the source is the target.')
    await there.end()
    await target.query(`drop role ${role}`)
    // No lock of it is left.
    const locks = `select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
    expect(await target.query(locks)).toEqual([])
  })
})

it('stops between two batches, and says which are left', async () => {
  await onBoth(
    `create schema stopped; create sequence stopped.a; create sequence stopped.b cache 10`,
  )
  const stop = new AbortController()
  const phases: string[] = []
  const done = await raised('stopped', {
    signal: stop.signal,
    onProgress({ phase, done, total }) {
      phases.push(`${phase} ${String(done)}/${String(total)}`)
      if (phase === 'repair' && done === 1) stop.abort()
    },
  })
  expect(phases).toEqual(['read 0/0', 'repair 0/2', 'repair 1/2'])
  expect(done).toMatchObject({
    raised: [{ target: { name: 'a' }, after: 1001n }],
    notBegun: [{ target: { name: 'b' } }],
  })
  expect(await position(target, 'stopped.b')).toBe('1, not called')
  expect(raisingTable(done)).toMatch(/\n1 raised, 0 unchanged, 0 refused, 1 not begun\.$/)
})

it('says which options are wrong', async () => {
  const [there, here] = [await source.connect(), await target.connect()]
  await expect(raiseSequences(here, there, { headroom: 5 } as never)).rejects.toThrow(
    'Cannot use option headroom 5: expected a bigint, 0n or more. Nothing was changed.',
  )
  await expect(compareSequences(here, there, { headroom: 5n } as never)).rejects.toThrow(
    'Cannot use option headroom: there is none.',
  )
})
