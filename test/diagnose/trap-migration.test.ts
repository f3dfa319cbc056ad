import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import ts from 'typescript'
import { DataSource, type MigrationInterface } from 'typeorm'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sessionOf } from '../../src/tools/db/session'
import { readTrap } from '../../src/tools/diagnose/trap/read-trap'
import { writeTrap, type TrapOptions } from '../../src/tools/diagnose/trap/write-trap'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { ROOT } from '../support/run'

const database = useDatabase()
const newFolder = useFolders()
let client: Client

beforeAll(async () => {
  client = await database.connect()
})

beforeEach(async () => {
  await database.query(
    `drop schema public cascade; create schema public; create table t (id serial primary key, name text); create table u (id serial)`,
  )
})

async function written(options: TrapOptions = {}) {
  const trap = await writeTrap(client, { folder: newFolder(), ...options })
  if (!trap) throw new Error('There are columns to watch.')
  return trap
}

async function sourceOf(path: string): Promise<DataSource> {
  const module = (await import(path)) as Record<string, new () => MigrationInterface>
  const migrations = Object.values(module).filter((one) => typeof one === 'function')
  const source = new DataSource({ type: 'postgres', url: database.url, migrations })
  return source.initialize()
}

const left = () =>
  database.query(
    `select (select count(*) from pg_trigger where tgname like 'typeorm_resync%')::int as triggers,
            (select count(*) from pg_proc where proname like 'typeorm_resync%')::int as functions, to_regclass('typeorm_resync_trap') as log`,
  )
const NOTHING = [{ triggers: 0, functions: 0, log: null }]

describe('the migration', () => {
  it('compiles as strict as it gets', async () => {
    const folder = newFolder()
    const { path } = await written({ folder })
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    const program = ts.createProgram([path], {
      strict: true,
      verbatimModuleSyntax: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
    })
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([])
  })

  it.each(['all', 'each', 'none'] as const)(
    'runs as JavaScript and is reverted in transaction mode %s',
    async (transaction) => {
      const source = await sourceOf((await written({ language: 'cjs' })).path)
      await source.runMigrations({ transaction })
      expect(await left()).toEqual([{ triggers: 2, functions: 2, log: 'typeorm_resync_trap' }])
      await source.undoLastMigration({ transaction })
      expect(await left()).toEqual(NOTHING)
      await source.destroy()
    },
  )

  it('leaves nothing behind where it waits too long for a lock, and says so', async () => {
    const source = await sourceOf((await written({ lockTimeout: '50ms', tables: ['t'] })).path)
    const other = await database.connect()
    await other.query('begin; insert into t default values')
    await expect(source.runMigrations()).rejects.toThrow(
      'Cannot lock "public"."t": others held it for longer than 50ms. Nothing was changed by this statement. Run the migration again, when no long transaction is open on the table.',
    )
    await expect(source.runMigrations({ transaction: 'none' })).rejects.toMatchObject({
      code: '55P03',
    })
    expect(await left()).toEqual(NOTHING)
    await other.query('commit')
    await source.runMigrations()
    await source.destroy()
  })
})

it('a trap tells explicit ids from those of caches, at the same time', async () => {
  await database.query('alter sequence t_id_seq cache 20')
  const source = await sourceOf((await written()).path)
  await source.runMigrations()
  const writers = await Promise.all([1, 2, 3].map(() => database.connect()))
  await Promise.all(
    writers.map(async (writer, index) => {
      for (let n = 0; n < 100; n += 1) {
        if (index > 0) await writer.query('insert into t default values')
        else await writer.query('insert into t (id) values ($1)', [1_000_000 + n])
      }
    }),
  )
  expect(await database.query('select sum(ids)::int from typeorm_resync_trap')).toEqual([
    { sum: 100 },
  ])
  await source.destroy()
})

it('a trap keeps nothing of a literal, whatever standard_conforming_strings is', async () => {
  const source = await sourceOf((await written()).path)
  await source.runMigrations()
  for (const [setting, literals] of [
    ['off', [`'a\\'secret'`, `'\\\\'`, `'it''s\\' secret'`, `'\\'\\'secret, 12'`]],
    ['on', [`E'a\\'secret'`, `'secret\\'`, `e'\\\\secret'`, `'it''s secret'`, `$a$secret$a$`]],
  ] as const) {
    await client.query(
      `set standard_conforming_strings = ${setting}; set escape_string_warning = off`,
    )
    for (const literal of literals) {
      await client.query(
        `insert into t (name, id) values (${literal}, (select 1000 + count(*) from t))`,
      )
    }
  }
  await client.query('reset standard_conforming_strings')
  const rows = await database.query<{ query: string }>('select query from typeorm_resync_trap')
  expect(rows).toHaveLength(9)
  expect(rows.filter(({ query }) => query.includes('secret'))).toEqual([])
  await source.destroy()
})

it('reading a trap says which right is lacking', async () => {
  const role = `reader_${database.name}`
  const source = await sourceOf((await written()).path)
  await source.runMigrations()
  await database.query(`create role ${role}`)
  await client.query(`set role ${role}`)
  const read = () => readTrap(sessionOf(client), [{ schema: 'public', table: 't', column: 'id' }])
  const log = '"public"."typeorm_resync_trap"'
  const grant = `GRANT SELECT ON ${log} TO "${role}"`
  const usage = `GRANT USAGE ON SCHEMA "public" TO "${role}"`
  expect((await read()).notes).toEqual([
    `Cannot read ${log}: role "${role}" lacks USAGE on its schema. Run: ${usage}; ${grant}`,
  ])
  await database.query(usage)
  expect((await read()).notes).toEqual([
    `Cannot read ${log}: role "${role}" lacks SELECT. Run: ${grant}`,
  ])
  await database.query(grant)
  expect(await read()).toEqual({ found: [], notes: [] })
  await client.query('reset role')
  await database.query(`drop owned by ${role}; drop role ${role}`)
  await source.destroy()
})

it('says what a trap does not see', async () => {
  await database.query(`create table p (id serial, k int) partition by list (k)`)
  expect((await written({ tables: ['p'] })).notes).toEqual([
    'Does not see rows that are inserted straight into a partition, past the table of "public"."p"."id".',
    'Does not see rows that a subscription brings after its first copy of a table.',
  ])
})
