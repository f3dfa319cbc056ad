import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { builtBin } from '../../bench/built'
import type { Ran } from '../support/cli'
import { useFolders } from '../support/folders'
import { bin, ROOT, run } from '../support/run'

const newFolder = useFolders()

/** An entity that relies on the decorators' metadata: one column names no type. */
const USER = `import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm'
@Entity() export class User { @PrimaryGeneratedColumn() id: number; @Column() name: string }
`
const TYPED_USER = USER.replace('@Column()', `@Column({ type: 'text' })`)

const dataSource = (extension: string) => `import 'reflect-metadata'
import { DataSource } from 'typeorm'
import { User } from './user${extension}'
export const AppDataSource = new DataSource({ type: 'postgres', entities: [User] })
`

interface Project {
  readonly type?: 'commonjs' | 'module'
  readonly compilerOptions?: object
  readonly packages: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

/** Makes a project that has these packages, and no others. */
function project({ type = 'commonjs', packages, files, ...settings }: Project): string {
  const folder = newFolder()
  for (const name of ['typeorm', 'reflect-metadata', 'pg', '@types/node', ...packages]) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), link)
  }
  const compilerOptions = {
    target: 'es2022',
    module: type === 'module' ? 'es2022' : 'commonjs',
    moduleResolution: type === 'module' ? 'bundler' : undefined,
    esModuleInterop: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    strictPropertyInitialization: false,
    ...settings.compilerOptions,
  }
  const all = {
    'package.json': JSON.stringify({ name: 'app', type }),
    'tsconfig.json': JSON.stringify({ compilerOptions }),
    ...files,
  }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

function list(folder: string, file: string, ...args: string[]): Promise<Ran> {
  return bin(['generate', '--list', '-d', file, ...args], { cwd: folder })
}

const FOUND = `ENTITY  COLUMN   GENERATED  SHARED BY
User    user.id  increment

1 generated column; 0 entities passed over.
`

describe('TypeScript with decorator metadata', () => {
  const bare = { 'src/data-source.ts': dataSource(''), 'src/user.ts': USER }
  const named = { 'src/data-source.ts': dataSource('.js'), 'src/user.ts': USER }

  it.each(['ts-node', '@swc-node/register'])('is run by %s of the project', async (name) => {
    const packages = [name, '@swc/core', 'typescript']
    for (const type of ['commonjs', 'module'] as const) {
      // @swc-node/register finds no user.ts for './user.js' in CommonJS.
      const imports = { commonjs: name === 'ts-node' ? [bare, named] : [bare], module: [named] }
      for (const files of imports[type]) {
        const folder = project({ type, packages, files })
        expect(await list(folder, 'src/data-source.ts', '--debug')).toEqual({
          exitCode: 0,
          out: FOUND,
          err: `Reading src/data-source.ts with ${name}, as ${type}.\n`,
        })
      }
    }
  })

  it('reads .mts and .cts as what they are, whatever the package is', async () => {
    const packages = ['ts-node', 'typescript']
    const mts = { 'data-source.mts': dataSource('.mjs'), 'user.mts': USER }
    const cts = { 'data-source.cts': dataSource('.cjs'), 'user.cts': USER }
    const module = project({ packages, files: mts })
    expect(await list(module, 'data-source.mts', '--debug')).toEqual({
      exitCode: 0,
      out: FOUND,
      err: 'Reading data-source.mts with ts-node, as module.\n',
    })
    const commonjs = project({ type: 'module', packages, files: cts })
    expect(await list(commonjs, 'data-source.cts', '--debug')).toEqual({
      exitCode: 0,
      out: FOUND,
      err: 'Reading data-source.cts with ts-node, as commonjs.\n',
    })
  })

  it('is checked by ts-node: the type of an imported enum is known only then', async () => {
    const imported = {
      ...bare,
      'src/state.ts': `export enum State { on = 'on' }\nexport type Name = string\n`,
      'src/user.ts': USER.replace('name: string', 'state: State; @Column() name: Name').replace(
        'import',
        `import { State, Name } from './state'\nimport`,
      ),
    }
    const packages = ['ts-node', 'typescript']
    const folder = project({ packages, files: imported })
    expect(await list(folder, 'src/data-source.ts')).toEqual({ exitCode: 0, out: FOUND, err: '' })
    const args = ['generate', '--list', '-d', 'src/data-source.ts']
    const env = { TS_NODE_TRANSPILE_ONLY: 'true' }
    expect(await bin(args, { cwd: folder, env })).toEqual({
      exitCode: 2,
      out: '',
      err: `Cannot read the entities of the DataSource: Data type "Object" in "User.state" is not supported by "postgres" database. Nothing was changed. Name the type in @Column(), or use what was compiled with a check of types: by tsc, or ts-node without transpileOnly.\n`,
    })
  })

  it('is run by ts-node in a project that a bundler compiles', async () => {
    const compilerOptions = { module: 'esnext', moduleResolution: 'bundler' }
    const packages = ['ts-node', 'typescript']
    const folder = project({ packages, files: bare, compilerOptions })
    expect(await list(folder, 'src/data-source.ts')).toEqual({ exitCode: 0, out: FOUND, err: '' })
  })

  it('is run also where Node was started with a hook for something else', async () => {
    const files = { ...bare, 'settings.js': 'process.env.NAME = "app"' }
    const folder = project({ packages: ['ts-node', 'typescript'], files })
    const args = [
      '-r',
      './settings.js',
      builtBin(),
      'generate',
      '--list',
      '-d',
      'src/data-source.ts',
    ]
    expect(await run(process.execPath, args, { cwd: folder })).toEqual({
      exitCode: 0,
      out: FOUND,
      err: '',
    })
  })

  it('is run from another folder with the tsconfig.json of its own', async () => {
    const folder = project({ packages: ['ts-node', 'typescript'], files: bare })
    const ran = await list(newFolder(), join(folder, 'src/data-source.ts'))
    expect(ran).toEqual({ exitCode: 0, out: FOUND, err: '' })
  })

  it('falls back to the compiled file, and says so when that is older', async () => {
    const compiled = Object.fromEntries(
      Object.entries(bare).map(([name, text]) => [
        name.replace('src/', 'dist/').replace(/ts$/, 'js'),
        ts.transpileModule(text, {
          compilerOptions: {
            module: ts.ModuleKind.CommonJS,
            target: ts.ScriptTarget.ES2022,
            experimentalDecorators: true,
            emitDecoratorMetadata: true,
          },
        }).outputText,
      ]),
    )
    const folder = project({ packages: [], files: { ...bare, ...compiled } })
    expect(await list(folder, 'src/data-source.ts', '--debug')).toEqual({
      exitCode: 0,
      out: FOUND,
      err: 'Reading dist/data-source.js with node, as commonjs.\n',
    })
    utimesSync(join(folder, 'dist/data-source.js'), 1, 1)
    expect(await list(folder, 'src/data-source.ts')).toEqual({
      exitCode: 0,
      out: FOUND,
      err: 'Using dist/data-source.js, which is older than src/data-source.ts: compile it again.\n',
    })
  })

  it('says what is missing', async () => {
    expect(await list(project({ packages: [], files: bare }), 'src/data-source.ts')).toEqual({
      exitCode: 2,
      out: '',
      err: `Cannot load "src/data-source.ts": Node does not run TypeScript by itself, and the project has neither ts-node nor @swc-node/register nor tsx. Install one of them, or use the compiled file.\n`,
    })
    expect(await list(project({ packages: ['tsx'], files: bare }), 'src/data-source.ts')).toEqual({
      exitCode: 2,
      out: '',
      err: `Cannot load "src/data-source.ts": a column names no type, and tsx emits no decorator metadata. Install ts-node or @swc-node/register, or use the compiled file.\n`,
    })
  })
})

describe('TypeScript without decorator metadata', () => {
  it('is run by tsx', async () => {
    for (const type of ['commonjs', 'module'] as const) {
      const files = { 'src/data-source.ts': dataSource('.js'), 'src/user.ts': TYPED_USER }
      const folder = project({ type, packages: ['tsx'], files })
      expect(await list(folder, 'src/data-source.ts', '--debug')).toEqual({
        exitCode: 0,
        out: FOUND,
        err: `Reading src/data-source.ts with tsx, as ${type}.\n`,
      })
    }
  })
})

describe('JavaScript', () => {
  const schema = `new EntitySchema({ name: 'User', columns: { id: { type: 'integer', primary: true, generated: true } } })`
  const source = `new DataSource({ type: 'postgres', entities: [${schema}] })`
  const required = `const { DataSource, EntitySchema } = require('typeorm')\n`
  const imported = `import { DataSource, EntitySchema } from 'typeorm'\n`

  it.each([
    ['data-source.js', `${required}module.exports = ${source}`],
    ['data-source.cjs', `${required}exports.db = ${source}`],
    ['data-source.cjs', `${required}module.exports = Promise.resolve(${source})`],
    ['data-source.mjs', `${imported}export default ${source}`],
    ['data-source.mjs', `${imported}export const db = await Promise.resolve(${source})`],
    ['data-source.mjs', `${imported}export default Promise.resolve(${source})`],
    // Not awaited: a connection that fails is none of our business.
    [
      'data-source.mjs',
      `${imported}export const db = ${source}; export const ready = Promise.reject(new Error('no server'))`,
    ],
  ])('%s: %s', async (file, text) => {
    const folder = project({ packages: [], files: { [file]: text } })
    expect(await list(folder, file)).toEqual({ exitCode: 0, out: FOUND, err: '' })
  })

  it('never passes for done where it leaves something unfinished, or throws by the way', async () => {
    const files = {
      'never.js': 'module.exports = new Promise(() => {})',
      'seed.js': `${required}module.exports = ${source}; setImmediate(() => process.exit(0))`,
      'late.js': `module.exports = new Promise(() => {}); Promise.reject(new Error('no server'))`,
    }
    const folder = project({ packages: [], files })
    expect(await list(folder, 'never.js')).toEqual({
      exitCode: 2,
      out: '',
      err: 'Cannot go on: nothing is left to wait for. Look for a promise in the DataSource file that never settles.\n',
    })
    expect(await bin(['verify', '-d', 'seed.js'], { cwd: folder })).toEqual({
      exitCode: 2,
      out: '',
      err: 'Stopped before the end: the DataSource file, or what it loads, ended the process.\n',
    })
    expect(await list(folder, 'late.js')).toEqual({
      exitCode: 2,
      out: '',
      err: 'Unexpected: no server\n',
    })
  })

  it('is found by its usual name, when there is one', async () => {
    const files = { 'src/data-source.js': `${required}module.exports = ${source}` }
    const one = project({ packages: [], files })
    expect(await bin(['generate', '--list'], { cwd: one })).toEqual({
      exitCode: 0,
      out: FOUND,
      err: 'Using src/data-source.js.\n',
    })
    const two = project({ packages: [], files: { ...files, 'ormconfig.js': '' } })
    expect(await bin(['verify'], { cwd: two })).toEqual({
      exitCode: 2,
      out: '',
      err: 'Cannot choose a DataSource: found ormconfig.js, src/data-source.js. Use --data-source FILE.\n',
    })
  })
})
