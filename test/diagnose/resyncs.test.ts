import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { scanSource } from '../../src/tools/diagnose/source/scan-source'
import type { ScannedColumn } from '../../src/tools/diagnose/source/scanned-column'
import { useFolders } from '../support/folders'

const newFolder = useFolders()

const USERS: ScannedColumn = {
  schema: 'public',
  table: 'users',
  column: 'id',
  sequence: { schema: 'public', name: 'user_numbers' },
  entities: ['User'],
  property: 'id',
  honoured: true,
  plain: [],
}
const INSERT = `await q('insert into users (id) values (7)')\n`

/** Scans a project of these files. */
function scan(files: Readonly<Record<string, string>>) {
  const folder = newFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return scanSource(folder, [USERS])
}

/** What is found in a file: kinds, confidences and lines. */
async function found(text: string, path = 'seeds/a.ts') {
  const { causes } = await scan({ [path]: text })
  return causes.map(
    ({ cause }) =>
      `${cause.kind} ${cause.confidence} ${cause.evidence.map(({ source }) => source.replace(/.*:/, '')).join()}`,
  )
}

it.each([
  `await resyncSequences(source)`,
  `await resyncSequences(source, { tables: ['users'] })`,
  `await q("select setval('users_id_seq', 9)")`,
  `await q("select setval('public.user_numbers', (select max(id) from users))")`,
  `await q("select pg_catalog.setval('user_numbers'::regclass, $1)", [n])`,
  `await q(\`select setval(pg_get_serial_sequence('"users"', 'id'), \${n})\`)`,
  `await q('alter sequence user_numbers restart with 100')`,
  `await q('alter table users alter column id restart with 100')`,
])(
  'a seed is cleared by what follows its insert, not by what stands before: %s',
  async (resync) => {
    expect(await found(`${INSERT}${resync}`)).toEqual([])
    expect(await found(`${resync}\n${INSERT}`)).toContain('seed likely 2')
  },
)

it.each([
  `// await resyncSequences(source)`,
  `log('then call resyncSequences(source)')`,
  `log("remember setval('users_id_seq', 9)")`,
  `/* select setval('users_id_seq', 9) */`,
  `await q("-- select setval('users_id_seq', 9)")`,
  `await q("select setval('orders_id_seq', 9)")`,
  `await q("select setval(pg_get_serial_sequence('orders', 'id'), 9)")`,
  `await resyncSequences(source, { tables: ['orders'] })`,
  `function resyncSequences() {}`,
])('a seed is not cleared by %s', async (text) => {
  expect(await found(`${INSERT}${text}`)).toEqual(['seed likely 1'])
})

it('less certain where an expression names the sequence', async () => {
  expect(
    await found(`${INSERT}for (const t of all) await q(\`select setval('\${t}_id_seq', 9)\`)`),
  ).toEqual(['seed possible 1'])
})

it('other code is cleared inside withResync and before resyncSequences alone', async () => {
  const path = 'src/a.ts'
  expect(await found(`withResync(runner, async () => { ${INSERT} })`, path)).toEqual([])
  expect(await found(`${INSERT}; withResync(runner, work)`, path)).toEqual([
    'source-insert likely 1',
  ])
  expect(await found(`withResync(runner, work)\n${INSERT}`, path)).toEqual([
    'source-insert likely 2',
  ])
  expect(await found(`${INSERT}; resyncSequences(source)`, path)).toEqual([])
  const setval = `q("select setval('users_id_seq', (select max(id) from users))")`
  expect(await found(`${INSERT}${setval}`, path)).toEqual(['source-insert possible 1'])
  expect(await found(`${INSERT}${setval}`, 'scripts/a.ts')).toEqual([])
})

it('a later migration clears an earlier one, by its file or its class; its down() does not', async () => {
  const migration = (up: string, down = '', name = 'A') =>
    `class ${name} implements MigrationInterface { async up(q) { ${up} } async down(q): Promise<void> { ${down} } }`
  const setval = `await q.query("select setval('users_id_seq', (select max(id) from users))")`
  const early = { 'migrations/1700000000000-A.ts': migration(INSERT) }
  const kinds = async (later: Record<string, string>) =>
    (await scan({ ...early, ...later })).causes.map(({ cause }) => cause.kind)
  expect(await kinds({ 'migrations/1700000000001-B.ts': migration(setval) })).toEqual([])
  expect(await kinds({ 'migrations/b.ts': migration(setval, '', 'B1700000000001') })).toEqual([])
  expect(await kinds({ 'migrations/1600000000000-B.ts': migration(setval) })).toEqual(['migration'])
  expect(await kinds({ 'migrations/1700000000001-B.ts': migration('', setval) })).toEqual([
    'migration',
  ])
  expect(await found(migration(INSERT, setval))).toEqual(['migration likely 1'])
  expect(await found(migration('', INSERT))).toEqual([])
})

it.each([
  `q("select setval('users_id_seq', 1)")`,
  `q("select setval('user_numbers', 1, false)")`,
  `q('alter sequence public.user_numbers restart')`,
  `q('alter sequence if exists user_numbers restart with 5')`,
  `q('alter table only users alter id restart')`,
  `${INSERT.trim()}; q("select setval('users_id_seq', 1)"); resyncSequences(x); q("select setval('users_id_seq', 1)")`,
])('a sequence that is set to a constant may go back: %s', async (code) => {
  expect(await found(code, 'src/a.ts')).toEqual(['went-back possible 1'])
})

it.each([
  `q("select setval('users_id_seq', (select max(id) from users))")`,
  `q("select setval('users_id_seq', $1)")`,
  `q("select setval('orders_id_seq', 1)")`,
  `q('alter sequence users_id_seq increment by 2')`,
  `q("select setval('users_id_seq', 1)"); resyncSequences(source)`,
])('a sequence does not go back by %s', async (code) => {
  expect(await found(code, 'src/a.ts')).toEqual([])
})

it.each([
  [`manager.upsert(User, { id: 1, name }, ['id'])`, ['source-insert possible 1']],
  [`manager.upsert(User, rows, ['id'])`, ['source-insert possible 1']],
  [`manager.upsert(User, rows, { conflictPaths: ['id'] })`, ['source-insert possible 1']],
  [`manager.upsert(User, { name }, ['name'])`, []],
  [`manager.upsert(User, rows, ['name'])`, []],
  [`manager.upsert(Other, rows, ['id'])`, []],
])('an upsert by the key gives it: %s', async (code, expected) => {
  expect(await found(code, 'src/a.ts')).toEqual(expected)
})

it('a dump is cleared by its setval; its data is none of its statements, and no rows are no ids', async () => {
  const data = `1\tit's\n2\tselect setval('users_id_seq', 9);\n`.repeat(10_000)
  const copy = `--\nCOPY public.users (id, name) FROM stdin;\n${data}\\.\n\n`
  const setval = `SELECT pg_catalog.setval('public.users_id_seq', 2, true);\n`
  expect(await found(copy, 'dump.sql')).toEqual(['source-insert likely 2'])
  expect(await found(copy + setval, 'dump.sql')).toEqual([])
  expect(await found(setval + copy, 'dump.sql')).toContain('source-insert likely 3')
  expect(await found(`COPY public.users (id) FROM stdin;\n\\.\n`, 'dump.sql')).toEqual([])
})

it('says where a limit was reached', async () => {
  const { notes } = await scan({
    'a.sql': 'insert into users (id) values (1);\n'.repeat(5_001),
    'b.ts': `manager.save(User, [${'{ id: 1 },'.repeat(1_000)}])`,
  })
  expect(notes).toEqual([
    'Did not read all of "a.sql": only the first 5,000 statements that insert were read.',
    'Did not read all of "b.ts": a call of .save() was read for 2,000 tokens only.',
    'Shows 20 of 5001 places of kind source-insert for "public"."users"."id".',
  ])
})
