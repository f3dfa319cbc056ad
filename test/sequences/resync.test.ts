import { describe, expect, it } from 'vitest'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { useDatabase } from '../support/database'

const database = useDatabase()

describe('resync', () => {
  it('repairs inside the transaction of the caller, and leaves it open', async () => {
    await database.query(`create table inner_one (id serial); insert into inner_one values (4)`)
    const client = await database.connect()
    await client.query('begin; insert into inner_one values (30)')
    expect(await resyncSequences(client, { tables: ['inner_one'] })).toMatchObject({
      repaired: [{ before: 1n, after: 31n }],
    })
    expect(client.getTransactionStatus()).toBe('T')
    await client.query('rollback')
    expect(await database.nextId('inner_one')).toBe(31)
    await client.end()
  })

  it('plans, and changes nothing, in a dry run', async () => {
    await database.query(`create table planned (id serial); insert into planned values (4)`)
    const client = await database.connect()
    expect(await resyncSequences(client, { tables: ['planned'], dryRun: true })).toMatchObject({
      dryRun: true,
      repaired: [{ before: 1n, after: 5n, method: 'burn' }],
    })
    expect(await database.query('select last_value, is_called from planned_id_seq')).toEqual([
      { last_value: '1', is_called: false },
    ])
    await client.end()
  })

  it('refuses an outlier that would leave hardly a value, unless forced', async () => {
    await database.query(`create table outl (id serial); insert into outl values (2147483646)`)
    const client = await database.connect()
    const { refused } = await resyncSequences(client, { tables: ['outl'] })
    expect(refused.map(({ reason }) => reason)).toEqual([
      'Sequence "public"."outl_id_seq" would have 0 % of its range left past "public"."outl"."id" (next value 1, highest value 2147483646), which may be an outlier. Nothing was changed. Run: typeorm-resync apply --table public.outl --force',
    ])
    expect(await resyncSequences(client, { tables: ['outl'], force: true })).toMatchObject({
      repaired: [{ after: 2147483647n }],
    })
    await client.end()
  })

  it('reports what it did when the connection is lost on the way', async () => {
    await database.query(`create schema lost; create table lost.a (id bigserial); insert into lost.a values (60000000);
      create table lost.b (id bigserial); insert into lost.b values (50000000)`)
    const writer = await database.connect()
    await writer.query(`begin; select nextval('lost.b_id_seq')`)
    const client = await database.connect()
    const [backend] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
    const work = resyncSequences(client, { schemas: ['lost'], lockTimeout: '20s' })
    const waiting = async () =>
      (await database.query(`select from pg_locks where pid = $1 and not granted`, [backend?.pid]))
        .length > 0
    while (!(await waiting())) await new Promise((resolve) => setTimeout(resolve, 20))
    await database.query('select pg_terminate_backend($1)', [backend?.pid])
    const { repaired: done, refused } = await work
    expect(done.map(({ table }) => table)).toEqual(['a'])
    expect(refused.map(({ reason }) => reason)).toEqual([
      'Cannot repair sequence "lost"."b_id_seq": lost the connection: terminating connection due to administrator command (57P01). The sequence is no lower than before. Run: typeorm-resync apply --table lost.b',
    ])
    await writer.end()
  })

  it('refuses a gap that is larger than allowed, and repairs it when forced', async () => {
    await database.query(`create table outlier (id serial); insert into outlier values (900)`)
    const client = await database.connect()
    const { refused } = await resyncSequences(client, { tables: ['outlier'], maxGap: 899n })
    expect(refused.map(({ reason }) => reason)).toEqual([
      'Sequence "public"."outlier_id_seq" is 900 values behind "public"."outlier"."id" (next value 1, highest value 900), more than the 899 allowed. Nothing was changed. Run: typeorm-resync apply --table public.outlier --force',
    ])
    expect(
      await resyncSequences(client, { tables: ['outlier'], maxGap: 899n, force: true }),
    ).toMatchObject({ repaired: [{ after: 901n }] })
    await client.end()
  })

  it('goes on where one column is refused', async () => {
    await database.query(`create schema mixed; create table mixed.a (id smallserial); insert into mixed.a values (32767);
      create table mixed.b (id serial); insert into mixed.b values (2); create table mixed.c (id serial)`)
    const client = await database.connect()
    const {
      repaired: done,
      unchanged,
      refused,
    } = await resyncSequences(client, { schemas: ['mixed'] })
    expect([done, unchanged, refused].map((columns) => columns.map(({ table }) => table))).toEqual([
      ['b'],
      ['c'],
      ['a'],
    ])
    await client.end()
  })
})
