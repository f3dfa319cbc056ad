import { afterAll, beforeAll, expect, it } from 'vitest'
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm'
import { guardDataSource } from 'typeorm-resync'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { startRenamingProxy, type RenamingProxy } from '../support/renaming-proxy'
import { warningsOnly } from '../support/warnings-only'

@Entity('orders')
class Order {
  @PrimaryGeneratedColumn()
  id!: number

  @Column({ type: 'text' })
  note!: string
}

/** The rest of version() of YugabyteDB; long enough for any of ours. */
const YUGABYTE =
  'PostgreSQL 15.12-YB-2.25.2.0-b0 on x86_64-pc-linux-gnu, compiled by clang version 19.1.0'
const REASON =
  'Cannot judge "public"."orders"."id": the server is YugabyteDB, which keeps sequences in its own way. Nothing was changed. Compare them by its manual. Run: SELECT max("id") FROM "public"."orders"'

const database = useDatabase()
let proxy: RenamingProxy

beforeAll(async () => {
  const [row] = await database.query<{ version: string }>('select version()')
  proxy = await startRenamingProxy(database.url, String(row?.version), YUGABYTE)
  await database.query('create table orders (id serial primary key, note text)')
  await database.query(`insert into orders select g, 'old' from generate_series(1, 9) g`)
})
afterAll(() => proxy.close())

const position = () => database.query('select last_value, is_called from orders_id_seq')
const UNTOUCHED = [{ last_value: '1', is_called: false }]

it('has every verdict unknown, with the reason', async () => {
  const ran = await resync(['verify', '--url', proxy.url, '--format', 'json'])
  const { columns, summary } = JSON.parse(ran.out) as { columns: unknown[]; summary: unknown }
  expect(columns).toMatchObject([{ verdict: 'unknown', reason: REASON, nextValue: null }])
  expect(summary).toMatchObject({ total: 1, ok: 0, behind: 0, unknown: 1 })
  expect(ran.exitCode).toBe(1)
  // The same server by its own name: the proxy is what made the difference.
  const own = await resync(['verify', '--url', database.url])
  expect(own.out).toContain('0 ok, 1 behind, 0 unknown.')
})

it('is not written to by apply, forced or not', async () => {
  for (const force of [[], ['--force']]) {
    const ran = await resync(['apply', '--url', proxy.url, ...force])
    expect(ran).toEqual({ exitCode: 1, out: '0 repaired, 0 unchanged, 1 refused.', err: REASON })
    expect(await position()).toEqual(UNTOUCHED)
  }
})

it('gets no migration', async () => {
  const url = ['--url', proxy.url, '--dry-run']
  const ran = await resync(['generate', '--all-tables', ...url])
  expect(ran).toMatchObject({ exitCode: 2, out: '' })
  expect(ran.err).toContain('not PostgreSQL. Nothing was changed.')
  const drifted = await resync(['generate', '--all-tables', '--drifted', ...url])
  expect(drifted).toMatchObject({ exitCode: 1, out: '' })
  expect(drifted.err).toContain(REASON)
  const trap = await resync(['diagnose', '--trap', '--table', 'orders', ...url])
  expect(trap).toMatchObject({ exitCode: 2, out: '', err: ran.err })
})

it('is said not to be PostgreSQL where causes are asked for', async () => {
  const ran = await resync(['diagnose', '--url', proxy.url])
  expect(ran).toMatchObject({ exitCode: 2, out: '' })
  expect(ran.err).toContain('not PostgreSQL. Nothing was changed.')
})

it('has its own error where a guard cannot help', async () => {
  const warnings: string[] = []
  const dataSource = new DataSource({
    type: 'postgres',
    url: proxy.url,
    entities: [Order],
    logger: warningsOnly(warnings),
  })
  guardDataSource(dataSource)
  await dataSource.initialize()
  try {
    await expect(dataSource.getRepository(Order).save({ note: 'new' })).rejects.toMatchObject({
      code: '23505',
    })
  } finally {
    await dataSource.destroy()
  }
  expect(warnings.join('\n')).toContain('the server is YugabyteDB')
  // The statement's own draw; no repair.
  expect(await position()).toEqual([{ last_value: '1', is_called: true }])
})

it('may be a node of Citus, whose ids are of several nodes', async () => {
  await database.query('set allow_system_table_mods = on')
  await database.query('create table pg_catalog.pg_dist_local_group (groupid int primary key)')
  const ran = await resync(['apply', '--url', database.url])
  expect(ran.err).toBe(REASON.replace('YugabyteDB', 'Citus'))
  expect(ran).toMatchObject({ exitCode: 1, out: '0 repaired, 0 unchanged, 1 refused.' })
})
