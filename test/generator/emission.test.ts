import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import type { MigrationInterface } from 'typeorm'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateResyncMigrations } from '../../src/tools/generator/generate'
import { verifySequences } from '../../src/tools/sequences/verify'
import { HOSTILE, hostileSchema } from '../fixtures/hostile'
import { useDatabase } from '../support/database'
import { everyKind, INSERT_EVERYWHERE, makeEveryKind, SET_BACK } from '../support/every-kind'
import { useFolders } from '../support/folders'
import { ROOT, run } from '../support/run'

const database = useDatabase()
const newFolder = useFolders()

const TIMESTAMP = 1_700_000_000_000

beforeAll(async () => {
  await makeEveryKind(database.url, (sql) => database.query(sql))
})

/** The repair is the same for all but the names at its head, and pinned whole by this project's own migrations. */
function withoutRepairs(text: string): string {
  return text.replaceAll(/\n {2}burn_limit constant[^]*?\nend\n/g, '\n  …\nend\n')
}

/** Returns what the compiler says of `files` in an ES module project, as strict as it gets. */
function compile(folder: string, files: string[]): string[] {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const program = ts.createProgram(files, {
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
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

type MigrationClass = new () => MigrationInterface

/** Loads the classes of migration files, each of which must export that alone. */
async function load(migrations: readonly { path: string; className: string }[]) {
  const classes: MigrationClass[] = []
  for (const { path, className } of migrations) {
    const module = (await import(path)) as Record<string, MigrationClass>
    expect(Object.keys(module)).toEqual([className])
    if (module[className]) classes.push(module[className])
  }
  return classes
}

describe('what is written', () => {
  it.each(['ts', 'cjs', 'esm'] as const)(
    'for every kind of column, as %s, is this',
    async (language) => {
      const { migrations } = await generateResyncMigrations(everyKind(database.url), {
        dryRun: true,
        folder: 'migrations',
        timestamp: TIMESTAMP,
        language,
      })
      expect(
        migrations.map(({ path, text }) => `// ${path}\n${withoutRepairs(text)}`).join('\n'),
      ).toMatchSnapshot()
    },
  )

  it('for all in one file is this', async () => {
    const { migrations } = await generateResyncMigrations(everyKind(database.url), {
      dryRun: true,
      folder: 'migrations',
      timestamp: TIMESTAMP,
      single: true,
    })
    expect(migrations.map(({ path }) => path)).toEqual([
      `migrations/${String(TIMESTAMP)}-ResyncSequences.ts`,
    ])
    expect(withoutRepairs(migrations[0]?.text ?? '')).toMatchSnapshot()
  })

  it('for a hostile name is this', async () => {
    const { migrations } = await generateResyncMigrations(
      everyKind(database.url, { entities: [hostileSchema()] }),
      { dryRun: true, folder: 'migrations', timestamp: TIMESTAMP },
    )
    expect(withoutRepairs(migrations[0]?.text ?? '')).toMatchSnapshot()
  })
})

describe('what is written compiles under strict and verbatimModuleSyntax, and runs', () => {
  it.each([
    ['all', false],
    ['each', false],
    ['none', false],
    ['all', true],
  ] as const)('in transaction mode %s, in one file: %s', async (transaction, single) => {
    const folder = newFolder()
    const source = everyKind(database.url)
    const { migrations } = await generateResyncMigrations(source, { folder, single })
    const files = migrations.map(({ path }) => path)
    expect(compile(folder, files)).toEqual([])
    await database.query(INSERT_EVERYWHERE)
    await database.query(SET_BACK)
    const dataSource = everyKind(database.url, { migrations: (await load(migrations)) as never })
    await dataSource.initialize()
    try {
      const before = await verifySequences(dataSource, { schemas: ['base', 'sales'] })
      const well = before.columns.filter(({ verdict }) => verdict === 'ok')
      expect(well.filter(({ migrationsTable }) => !migrationsTable)).toEqual([])
      expect(await dataSource.runMigrations({ transaction })).toHaveLength(files.length)
      const after = await verifySequences(dataSource, { schemas: ['base', 'sales'] })
      expect(after.columns.filter(({ verdict }) => verdict !== 'ok')).toEqual([])
      await database.query(INSERT_EVERYWHERE)
      await dataSource.undoLastMigration({ transaction })
      await database.query(INSERT_EVERYWHERE)
    } finally {
      await dataSource.destroy()
    }
  })

  it('whatever the names are', async () => {
    const folder = newFolder()
    const source = everyKind(database.url, {
      entities: [hostileSchema()],
      schema: undefined,
    })
    const { migrations } = await generateResyncMigrations(source, { folder })
    expect(
      compile(
        folder,
        migrations.map(({ path }) => path),
      ),
    ).toEqual([])
    const quoted = `"${HOSTILE.replaceAll('"', '""')}"`
    const table = `"app_${HOSTILE.replaceAll('"', '""')}"`
    const column = `"${HOSTILE.toUpperCase().replaceAll('"', '""')}"`
    await database.query(
      `create table ${table} (${column} serial); insert into ${table} values (8)`,
    )
    const [Migration] = await load(migrations)
    if (!Migration) throw new Error(`There is no migration for ${quoted}.`)
    await new Migration().up({ query: (sql: string) => database.query(sql) } as never)
    expect(
      await database.query(`insert into ${table} values (default) returning ${column} as id`),
    ).toEqual([{ id: 9 }])
  })

  it('as JavaScript of both module systems, which the project decides', async () => {
    for (const [type, load] of [
      ['commonjs', 'require(file)'],
      ['module', 'Object.values(await import(file))[0]'],
    ] as const) {
      const folder = newFolder()
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }))
      const { exitCode, out } = await run('npm', [
        'run',
        '-s',
        'gen-resync',
        '--',
        '--entity',
        'HttpErrorSummary',
        '--again',
        '--outputJs',
        '--out',
        folder,
      ])
      expect(exitCode).toBe(0)
      const script = `(async () => { const file = ${JSON.stringify(out.trim())}; const M = ${load}; console.log(new M().name === M.name, typeof new M().up) })()`
      expect(await run('node', ['-e', script])).toMatchObject({
        exitCode: 0,
        out: 'true function\n',
      })
    }
  })
})
