import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { DataSource, EntitySchema } from 'typeorm'
import { describe, expect, it } from 'vitest'
import { writesInCode, writesInSql } from '../../src/tools/diagnose/source/code-writes'
import { codeTokens } from '../../src/tools/diagnose/source/lexer'
import { scanSource, type ScanOptions } from '../../src/tools/diagnose/source/scan-source'
import { scannedColumns, type ScannedColumn } from '../../src/tools/diagnose/source/scanned-column'
import { renderMigration } from '../../src/tools/generator/render'
import { useFolders } from '../support/folders'
import { ROOT } from '../support/run'

const newFolder = useFolders()

const USERS: ScannedColumn = {
  schema: 'public',
  table: 'users',
  column: 'id',
  entities: ['User'],
  property: 'id',
  honoured: false,
  plain: [],
}

function project(files: Readonly<Record<string, string>>): string {
  const folder = newFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** What is found in a project: the kind, the confidence and the place of each. */
async function found(
  files: Readonly<Record<string, string>>,
  column: Partial<ScannedColumn> = {},
  options: ScanOptions = {},
) {
  const { causes } = await scanSource(project(files), [{ ...USERS, ...column }], options)
  return causes.flatMap(({ cause }) =>
    cause.evidence.map(({ source }) => `${cause.kind} ${cause.confidence} ${source}`),
  )
}

describe('a scan finds', () => {
  it.each([
    `db.query('insert into users (id, name) values (1, 2)')`,
    'db.query(`INSERT INTO "users" ("id", "name") VALUES (${id}, ${name})`)',
    'db.query(`insert into "${schema}"."users" (id) values ($1)`)',
    'db.query(`insert into users (id) overriding system value values (1)`)',
    'run(`${`insert into users (id) values (1)`}`)',
    `db.query('copy users (id, name) from stdin')`,
    `q.insert().into(User, ['id', 'name']).values(rows)`,
    `q.insert().into('users').values([{ id: 1 }])`,
    `q.insert().into('public.users').values({ name, id })`,
  ])('%s', async (code) => {
    expect(await found({ 'src/a.ts': `/* a */\n${code}` })).toEqual([
      'source-insert likely src/a.ts:2',
    ])
  })

  it.each([
    [`manager.insert(User, { id: 1 })`, 'likely'],
    [`manager.save(User, { id: 1 })`, 'possible'],
    [`source.getRepository(User).insert([{ name, id: 1 }])`, 'likely'],
    [`const users = source.getRepository(User); users.insert({ id })`, 'likely'],
    [
      `class A { constructor(@InjectRepository(User) private users: Repository<User>) { this.users.save({ id: 2 }) } }`,
      'possible',
    ],
  ])('in an identity column, which takes what is given: %s', async (code, confidence) => {
    expect(await found({ 'a.ts': code }, { honoured: true })).toEqual([
      `source-insert ${confidence} a.ts:1`,
    ])
    expect(await found({ 'a.ts': code })).toEqual([])
  })

  it('nothing that does not give the key', async () => {
    const codes = [
      `db.query('update users set name = 1 where id = 2')`,
      `db.query('select id into users from x')`,
      `// insert into users (id) values (1)`,
      `/* db.query('insert into users (id) values (1)') */`,
      `log('an insert into users failed: id')`,
      `db.query('insert into user_roles (id) values (1)')`,
      `db.query('insert into audit.users (id) values (1)')`,
      `db.query('insert into users (name) values (1) on conflict (id) do nothing')`,
      `db.query('insert into users (id, name) values (default, 1)')`,
      `db.query("select 'insert into users (id) values (1)'")`,
      `db.query('copy users to stdout')`,
      `q.insert().into(User).values({ id: 1 })`,
      `q.insert().into(User, ['name']).values({ id: 1 })`,
      `q.insert().into(Other, ['id']).values({ id: 1 })`,
      `users.find({ id: 1 })`,
      `q.insert().into('users').values({ id: undefined, team: { id: 1 } })`,
      `const pattern = /'insert into users (id)'/`,
    ]
    for (const code of codes) expect([code, await found({ 'a.ts': code })]).toEqual([code, []])
  })

  it('less certainly, an INSERT that names no columns, or whose rows are elsewhere', async () => {
    const codes = [`q('insert into users values (1)')`, `q('insert into users (id) ' + rows)`]
    for (const code of codes) {
      expect(await found({ 'a.ts': code })).toEqual(['source-insert possible a.ts:1'])
    }
  })

  it('a seed and a migration with no resync after them', async () => {
    const insert = 'insert into users (id) values (1);\n'
    const migration = (after: string) =>
      `class A implements MigrationInterface { up() { q.query(\`${insert}\`); ${after} } }`
    const alone = {
      'db/seeds/one.sql': insert,
      'db/seeds/two.sql': `${insert}select setval('users_id_seq', (select max(id) from users));`,
      'db/seeds/three.ts': `q('${insert.trim()}'); await resyncSequences(source)`,
      'migrations/1700000000000-A.ts': migration(''),
    }
    const later = migration(`q.query("select setval('users_id_seq', 9)")`)
    expect(await found(alone)).toEqual([
      'seed likely db/seeds/one.sql:1',
      'migration likely migrations/1700000000000-A.ts:1',
    ])
    expect(await found({ ...alone, 'migrations/1700000000001-B.ts': later })).toEqual([
      'seed likely db/seeds/one.sql:1',
    ])
    const text = renderMigration({
      className: 'R1800000000000',
      language: 'ts',
      tables: [{ entity: null, schema: undefined, table: 'users', columns: ['id'] }],
    })
    expect(await found({ ...alone, 'migrations/1800000000000-R.ts': text })).toEqual([
      'seed likely db/seeds/one.sql:1',
    ])
  })

  it('an entity that gives the key itself, beside one that has it generated', async () => {
    const entity = (name: string, generated: boolean) =>
      new EntitySchema<{ key: number }>({
        name,
        tableName: 'users',
        columns: {
          key: { type: 'integer', name: 'id', primary: true, ...(generated ? { generated } : {}) },
        },
      })
    const source = new DataSource({
      type: 'postgres',
      entities: [entity('User', true), entity('Import', false)],
    })
    const columns = await scannedColumns([USERS], source)
    expect(columns).toEqual([
      { ...USERS, entities: ['User', 'Import'], property: 'key', plain: ['Import'] },
    ])
    const { causes } = await scanSource(project({ 'e.ts': '\nclass Import {}' }), columns)
    expect(causes.map(({ cause }) => cause.evidence)).toEqual([
      [{ source: 'e.ts:2', text: 'class Import' }],
    ])
  })
})

describe('a scan', () => {
  const INSERT = `q('insert into users (id, name) values (1, $$x$$, ''secret'')')`

  it('shows no value', async () => {
    const folder = project({
      'a.ts': 'q(`insert into users (id, "Name") values (17, \'secret\')`)',
    })
    const { causes } = await scanSource(folder, [USERS])
    expect(causes).toEqual([
      {
        column: USERS,
        cause: {
          kind: 'source-insert',
          summary: 'The code gives values for "public"."users"."id".',
          confidence: 'likely',
          evidence: [{ source: 'a.ts:1', text: 'insert into users (id, "Name") values (?, ?)' }],
          remedy:
            'Leave the key out there, or resync after it. Run: typeorm-resync apply --table public.users',
        },
      },
    ])
  })

  it('passes over what is not the code of the project, tests and links', async () => {
    const names = ['node_modules/a.ts', 'dist/a.js', '.git/a.ts', 'a.d.ts', 'a.min.js', 'a.md']
    const files = Object.fromEntries([...names, 'test/a.ts', 'a.spec.ts'].map((n) => [n, INSERT]))
    expect(await found(files)).toEqual([])
    expect(await found(files, {}, { tests: true })).toHaveLength(2)
    const folder = project({ 'a.ts': '' })
    symlinkSync(folder, join(folder, 'loop'))
    expect((await scanSource(folder, [USERS])).files).toBe(1)
  })

  it('says what it did not read', async () => {
    const folder = project({ 'a.ts': 'x'.repeat(1_048_577), 'b.ts': '', 'c.ts': '' })
    const { notes } = await scanSource(folder, [USERS], { maxFiles: 2 })
    expect(notes).toEqual([
      'Passed over "a.ts": it is larger than 1 MB.',
      `Stopped after 2 files of "${folder}": the others were not read.`,
    ])
    const { notes: missing } = await scanSource(join(folder, 'none'), [USERS])
    expect(missing[0]).toMatch(/^Cannot read ".*none": ENOENT/)
  })

  it('finds nothing in this project', async () => {
    const tables = ['extraction_telemetry_v2', 'http_error_summary', 'users']
    const columns = tables.map((table) => ({ ...USERS, table, entities: [] }))
    expect(await scanSource(join(ROOT, 'src'), columns)).toMatchObject({ causes: [], notes: [] })
  })

  it('ends on any piece of code, and on what would be read again and again', () => {
    const folder = join(ROOT, 'src/tools/sequences')
    const code = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    fc.assert(
      fc.property(fc.constantFrom(...code), fc.nat(), fc.nat(20_000), (text, start, length) => {
        const from = start % text.length
        writesInCode(codeTokens(text.slice(from, from + length)), [USERS])
      }),
      { numRuns: 200 },
    )
    fc.assert(fc.property(fc.string(), (text) => void codeTokens(text)))
    for (const piece of [
      "\\'",
      '/[',
      '`${',
      '/*',
      'copy ',
      '(',
      ".save(User, {id: '",
      '$a$',
      '--',
      '"',
    ]) {
      const text = `insert into ${piece.repeat(500_000 / piece.length)}`
      writesInCode(codeTokens(text), [USERS])
      writesInSql(text, [USERS])
    }
  })
})
