import { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifySequences } from '../../src/tools/sequences/verify'
import { Content } from '../fixtures/entities'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'

const database = useDatabase()

/** Makes the table `t` anew and returns what is said about its structure. */
async function faultsOf(sql: string) {
  await database.query(
    `drop schema if exists f cascade; create schema f; set search_path to f; ${sql}`,
  )
  const client = await database.connect()
  const { columns } = await verifySequences(client, { schemas: ['f'] })
  await client.end()
  return columns.flatMap(({ faults }) => faults.map(({ message }) => message))
}

describe('a structural fault is said, with what it leads to:', () => {
  it('none where all is as it should be', async () => {
    expect(
      await faultsOf('create table t (id serial, n int generated always as identity)'),
    ).toEqual([])
  })

  it('an owned sequence and no default', async () => {
    expect(
      await faultsOf('create table t (id serial); alter table t alter id drop default'),
    ).toEqual([
      `"f"."t"."id" has no default that draws from "f"."t_id_seq": inserts that leave it out fail with 23502, or write null. Run: ALTER TABLE "f"."t" ALTER COLUMN "id" SET DEFAULT nextval('"f"."t_id_seq"')`,
    ])
  })

  it('two owned sequences', async () => {
    expect(
      await faultsOf('create table t (id serial); create sequence more as int owned by t.id'),
    ).toEqual([
      `"f"."t"."id" owns 2 sequences: "f"."t_id_seq", "f"."more". pg_get_serial_sequence may name the wrong one. Run: ALTER SEQUENCE "f"."more" OWNED BY NONE`,
    ])
  })

  it('a default other than the owned sequence', async () => {
    const other = `create table t (id serial); create sequence other as int`
    expect(await faultsOf(`${other}; alter table t alter id set default nextval('other')`)).toEqual(
      [
        `"f"."t"."id" owns sequence "f"."t_id_seq", which pg_get_serial_sequence names, and draws from "f"."other". Run: ALTER SEQUENCE "f"."other" OWNED BY "f"."t"."id"`,
      ],
    )
    expect(await faultsOf(`${other}; alter table t alter id set default 0`)).toEqual([
      `"f"."t"."id" owns sequence "f"."t_id_seq", which pg_get_serial_sequence names, and has the default 0.`,
    ])
  })

  it('a sequence without an owner', async () => {
    expect(
      await faultsOf(`create sequence s as int; create table t (id int default nextval('s'))`),
    ).toEqual([
      `Sequence "f"."s" belongs to no column: it stays when "f"."t"."id" is dropped, and pg_get_serial_sequence does not find it. Run: ALTER SEQUENCE "f"."s" OWNED BY "f"."t"."id"`,
    ])
  })

  it('an integer column under a bigint sequence', async () => {
    expect(
      await faultsOf('create table t (id bigserial); alter table t alter id type int'),
    ).toEqual([
      `"f"."t"."id" ends at 2147483647, before its sequence "f"."t_id_seq", at 9223372036854775807: inserts past it fail with 22003. A wider type takes a rewrite of the table, so plan it early.`,
    ])
  })

  it('in every cure, a statement that mends it', async () => {
    for (const sql of [
      'create table t (id serial); alter table t alter id drop default',
      'create table t (id serial); create sequence more as int owned by t.id',
      `create sequence s as int; create table t (id int default nextval('s'))`,
    ]) {
      const [message] = await faultsOf(sql)
      const cure = /Run: (.*)$/.exec(message ?? '')?.[1]
      expect(await faultsOf(`${sql}; ${String(cure)}`)).toEqual([])
    }
  })

  it('on stderr, and in the exit code where that is asked for', async () => {
    await faultsOf('create table t (id bigserial); alter table t alter id type int')
    const verify = ['verify', '--url', database.url, '--schema', 'f']
    expect(await resync(verify)).toEqual({
      exitCode: 0,
      out: [
        'COLUMN  NEXT  HIGHEST  GAP     LEFT  VERDICT',
        'f.t.id     1             0  100.0 %  ok',
        '1 column: 1 ok, 0 behind, 0 unknown. 1 structural fault.',
      ].join('\n'),
      err: `"f"."t"."id" ends at 2147483647, before its sequence "f"."t_id_seq", at 9223372036854775807: inserts past it fail with 22003. A wider type takes a rewrite of the table, so plan it early.`,
    })
    expect((await resync([...verify, '--fail-on', 'behind,fault'])).exitCode).toBe(1)
  })
})

describe('an entity that says its column is generated, over one with no default,', () => {
  let dataSource: DataSource

  beforeAll(async () => {
    await database.query('create table public.content (id bigint primary key, kind text)')
    dataSource = await new DataSource({
      type: 'postgres',
      url: database.url,
      entities: [Content],
    }).initialize()
  })

  afterAll(() => dataSource.destroy())

  it('is unknown, and a fault; without its DataSource nobody could know', async () => {
    expect(await verifySequences(dataSource, { entities: ['Content'] })).toMatchObject({
      columns: [
        {
          entity: 'Content',
          binding: 'none',
          verdict: 'unknown',
          reason: 'Nothing feeds "public"."content"."id", which its entity declares as generated.',
          faults: [{ kind: 'no-default' }],
        },
      ],
    })
    await expect(
      verifySequences(await database.connect(), { tables: ['content'] }),
    ).rejects.toThrow('Cannot find a sequence behind "public"."content"')
  })
})
