import { createHash } from 'node:crypto'

/**
 * Returns the name of an entity's resync migration, without its timestamp: `ResyncExtractionTelemetryV2Sequence`.
 * Always an identifier and a file name, whatever the entity is called, and another for another entity: where a character had to be
 * left out or changed, a digest tells the two apart.
 */
export function migrationName(entity: string): string {
  const words = entity.match(/[A-Za-z0-9]+/g) ?? []
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  const name = pascal.slice(0, 100)
  const digest = createHash('sha256').update(entity).digest('hex').slice(0, 8)
  return `Resync${name}${name === entity ? '' : digest}Sequence`
}

const MIGRATION_FILE = /^(\d{13})-([A-Za-z0-9_]+)\.[cm]?[jt]s$/

/** What the name of a migration file says. */
export interface MigrationFile {
  readonly timestamp: number
  readonly name: string
}

/** Reads `<timestamp>-<Name>.ts`; undefined for any other file. */
export function parseMigrationFile(fileName: string): MigrationFile | undefined {
  const [, timestamp, name] = MIGRATION_FILE.exec(fileName) ?? []
  return timestamp === undefined || name === undefined
    ? undefined
    : { timestamp: Number(timestamp), name }
}

/** Returns the timestamp for the next migration: now, or just after the newest there is, since TypeORM runs them in this order. */
export function nextTimestamp(now: number, existing: Iterable<MigrationFile>): number {
  let newest = 0
  for (const { timestamp } of existing) newest = Math.max(newest, timestamp)
  return Math.max(now, newest + 1)
}
