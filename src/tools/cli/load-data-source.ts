import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DataSource } from 'typeorm'
import { isDataSource } from '../db/session'
import { messageOf, sqlstateOf } from '../db/sqlstate'
import { DataSourceError } from '../errors'

/**
 * Loads the DataSource that a file exports, by default or by name; a promise of one is awaited.
 *
 * @throws {DataSourceError} when the file cannot be loaded, or exports none or more than one.
 */
export async function loadDataSource(file: string): Promise<DataSource> {
  const exported = await exportedDataSources(await load(file))
  const [only] = exported.keys()
  if (only && exported.size === 1) return only
  const names = exported.size > 1 ? ` (${[...exported.values()].join(', ')})` : ''
  throw new DataSourceError(
    `Cannot load "${file}": found ${String(exported.size)} DataSource exports${names}, expected 1. Export one as default.`,
  )
}

async function load(file: string): Promise<unknown> {
  const path = resolve(file)
  if (!existsSync(path)) {
    throw new DataSourceError(
      `Cannot load "${file}": there is no such file. Use another --data-source FILE, or --url URL.`,
    )
  }
  try {
    return await import(pathToFileURL(path).href)
  } catch (cause) {
    throw new DataSourceError(`Cannot load "${file}": ${explain(cause)}`, { cause })
  }
}

function explain(cause: unknown): string {
  if (sqlstateOf(cause) !== 'ERR_UNKNOWN_FILE_EXTENSION') return messageOf(cause)
  return `Node does not run TypeScript by itself. Use the compiled file, or install tsx and set NODE_OPTIONS='--import tsx'.`
}

/** The DataSources among a module's exports, each with its name; CommonJS puts all exports into `default` too. */
async function exportedDataSources(module: unknown): Promise<Map<DataSource, string>> {
  const found = new Map<DataSource, string>()
  for (const [name, value] of namedValues(module)) {
    const exported: unknown = await value
    if (isDataSource(exported) && !found.has(exported)) found.set(exported, name)
  }
  return found
}

function namedValues(module: unknown): [string, unknown][] {
  if (typeof module !== 'object' || module === null) return []
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
