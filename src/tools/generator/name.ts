import { createHash } from 'node:crypto'
import { tableKey } from '../db/table-name'
import { UsageError } from '../errors'
import type { ResyncTable } from './resync-table'

/**
 * Returns the name of a table's resync migration, without its timestamp: `ResyncExtractionTelemetryV2Sequence`, after the entity where one
 * stands for it. Always an identifier and a file name, whatever the names are: where a character had to be left out, or the name alone does not
 * tell the schema, a digest does.
 */
export function migrationName({ entity, schema, table }: Omit<ResyncTable, 'columns'>): string {
  const subject =
    entity ?? (schema === undefined || schema === 'public' ? table : `${schema}.${table}`)
  const name = pascalCase(subject).slice(0, 100)
  const plain = entity === null ? snakeCase(name) : name
  return `Resync${name}${plain === subject ? '' : digest(subject)}Sequence`
}

/** Returns the names of the migrations of several tables: where two have one name, as two entities may, both tell their tables apart. */
export function migrationNames(tables: readonly ResyncTable[]): string[] {
  const names = tables.map(migrationName)
  const uses = new Map<string, number>()
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1)
  return names.map((name, index) => {
    const table = tables[index]
    if (!table || uses.get(name) === 1) return name
    return name.replace(/Sequence$/, `${digest(tableKey(table))}Sequence`)
  })
}

function pascalCase(text: string): string {
  const words = text.match(/[A-Za-z0-9]+/g) ?? []
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function snakeCase(pascal: string): string {
  return pascal.replaceAll(/(?!^)([A-Z])/g, '_$1').toLowerCase()
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

/** Reads the timestamp of `<timestamp>-<Name>.ts`, or of a class, whose name ends in it; undefined where there is none. */
export function timestampOf(name: string): number | undefined {
  const timestamp = /^\d{13}(?=-)|\d{13}$/.exec(name)?.[0]
  return timestamp === undefined ? undefined : Number(timestamp)
}

/** Returns the timestamp for the next migration: now, or just after the newest there is, since TypeORM runs them in this order. */
export function nextTimestamp(now: number, existing: Iterable<number>): number {
  let newest = 0
  for (const timestamp of existing) newest = Math.max(newest, timestamp)
  return Math.max(now, newest + 1)
}

/** Tells whether TypeORM would read it from a name: milliseconds since 1970, 13 digits. */
export function isTimestamp(value: unknown): boolean {
  return typeof value === 'number' && /^\d{13}$/.test(String(value))
}

/** @throws {UsageError} when TypeORM would not read the timestamp from a name. */
export function assertTimestamp(timestamp: number): void {
  if (isTimestamp(timestamp)) return
  throw new UsageError(
    `Cannot use timestamp ${String(timestamp)}: expected milliseconds since 1970, 13 digits, as TypeORM reads them. Nothing was written.`,
  )
}
