import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DataSource } from 'typeorm'
import { isDataSource } from '../../db/session'
import { messageOf } from '../../db/sqlstate'
import { DataSourceError } from '../../errors'
import { moduleSystem } from '../../module-system'
import type { CommandTerminal } from '../terminal'
import { compiledFile } from './compiled'
import { isTypeScript, LOADER_NAMES, NATIVE, runTypeScript, type Runtime } from './typescript'

/** A DataSource, and how it was come by. */
export interface LoadedDataSource {
  readonly dataSource: DataSource
  /** The file that was read: the one that was named, or its compiled output. */
  readonly file: string
  /** How TypeORM's command line runs in its project. */
  readonly typeorm: string
}

/** A file that Node can read, and with what. */
interface Readable {
  readonly file: string
  readonly runtime: Runtime
}

const PLAIN: Runtime = { name: 'node', typeorm: 'npx typeorm', emitsMetadata: true }

/**
 * Loads the DataSource that a file exports, by default or by name; a promise of one is awaited. TypeScript is run by what the file's own project
 * has for it, and so is TypeORM found there: a second copy would know none of the entities.
 *
 * @throws {DataSourceError} when the file cannot be loaded, or exports none or more than one.
 */
export async function loadDataSource(
  named: string,
  terminal: Pick<CommandTerminal, 'err' | 'debug'>,
): Promise<LoadedDataSource> {
  if (!existsSync(named)) {
    throw new DataSourceError(
      `Cannot load "${named}": there is no such file. Use another --data-source FILE, or --url URL.`,
    )
  }
  const { file, runtime } = await readable(named, terminal)
  terminal.debug(`Reading ${file} with ${runtime.name}, as ${moduleSystem(resolve(file))}.`)
  const exported = await evaluate(named, { file, runtime })
  const [only, other] = exported.keys()
  const dataSource = other ? defaultOf(exported) : only
  if (dataSource) return { dataSource, file, typeorm: runtime.typeorm }
  const names = exported.size > 1 ? ` (${[...exported.values()].join(', ')})` : ''
  throw new DataSourceError(
    `Cannot load "${named}": found ${String(exported.size)} DataSource exports${names}, expected 1. Export one as default.`,
  )
}

function defaultOf(exported: ReadonlyMap<DataSource, string>): DataSource | undefined {
  return [...exported].find(([, name]) => name === 'default')?.[0]
}

async function readable(
  named: string,
  terminal: Pick<CommandTerminal, 'err' | 'debug'>,
): Promise<Readable> {
  if (!isTypeScript(named)) return { file: named, runtime: PLAIN }
  const runtime = await runTypeScript(resolve(named), terminal.debug)
  if (runtime) return { file: named, runtime }
  const compiled = compiledFile(named)
  if (compiled === undefined) {
    throw new DataSourceError(
      `Cannot load "${named}": Node does not run TypeScript by itself, and the project has neither ${LOADER_NAMES.join(' nor ')}. Install one of them, or use the compiled file.`,
    )
  }
  if (statSync(compiled).mtimeMs < statSync(named).mtimeMs) {
    terminal.err(`Using ${compiled}, which is older than ${named}: compile it again.`)
  }
  return { file: compiled, runtime: PLAIN }
}

async function evaluate(
  named: string,
  { file, runtime }: Readable,
): Promise<Map<DataSource, string>> {
  const path = resolve(file)
  try {
    const require = createRequire(path)
    // Hooks for require() are not asked by import().
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is where they are found.
    const hooked = '.ts' in require.extensions && moduleSystem(path) === 'commonjs'
    const module: unknown =
      isTypeScript(path) && hooked ? require(path) : await import(pathToFileURL(path).href)
    return await exportedDataSources(module)
  } catch (cause) {
    throw new DataSourceError(`Cannot load "${named}": ${explain(cause, named, runtime)}`, {
      cause,
    })
  }
}

function explain(cause: unknown, named: string, runtime: Runtime): string {
  const message = messageOf(cause).trim().replace(/\.$/, '')
  const compiled = compiledFile(named)
  const cure = `Install ts-node or @swc-node/register, or use ${compiled === undefined ? 'the compiled file' : `-d ${compiled}`}.`
  if (runtime === NATIVE) {
    return `${message}. Node runs TypeScript by itself only where it has no decorators, and names files as they are. ${cure}`
  }
  // How TypeORM fails where a column names no type and the decorators emit none.
  const lacksMetadata = /emitDecoratorMetadata|reading 'constructor'/.test(message)
  return lacksMetadata && !runtime.emitsMetadata
    ? `a column names no type, and ${runtime.name} emits no decorator metadata. ${cure}`
    : `${message}. Nothing was changed.`
}

/**
 * The DataSources among a module's exports, each with its name; CommonJS puts all exports into `default` too. Promises are awaited only where there is
 * no other: beside a DataSource they are mostly its connection.
 */
async function exportedDataSources(module: unknown): Promise<Map<DataSource, string>> {
  const values = namedValues(module)
  const found = new Map<DataSource, string>()
  const add = (name: string, value: unknown) => {
    if (isDataSource(value) && !found.has(value)) found.set(value, name)
  }
  for (const [name, value] of values) add(name, value)
  if (found.size > 0) {
    for (const [, value] of values) if (value instanceof Promise) value.catch(() => undefined)
    return found
  }
  for (const [name, value] of values) add(name, await value)
  return found
}

function namedValues(module: unknown): [string, unknown][] {
  if (typeof module !== 'object' || module === null) return []
  if (isDataSource(module) || module instanceof Promise) return [['module.exports', module]]
  return Object.entries(module).flatMap(([name, value]: [string, unknown]) => {
    const isExports = name === 'default' || name === 'module.exports'
    const nested =
      isExports &&
      typeof value === 'object' &&
      value !== null &&
      !isDataSource(value) &&
      !(value instanceof Promise)
    return nested ? Object.entries(value) : [[name, value] as [string, unknown]]
  })
}
