import { join, resolve } from 'node:path'
import { isResolved, type ResolvedColumn } from '../../catalog/sequence-column'
import { isDataSource, withSession, type Target } from '../../db/session'
import { DEFAULT_LOCK_TIMEOUT, type Timeouts } from '../../db/transaction'
import { readExistingMigrations } from '../../generator/existing'
import { migrationsFolder, readsMigrations } from '../../generator/folder'
import { MigrationRules } from '../../generator/migration-rules'
import { assertTimestamp, nextTimestamp } from '../../generator/name'
import type { MigrationLanguage } from '../../generator/render'
import { projectStyle } from '../../generator/style'
import { writeNewFiles } from '../../generator/write'
import { knownMigrations } from '../../metadata/migrations-table'
import { moduleSystem } from '../../module-system'
import { validated } from '../../options/validated'
import { incomparable } from '../../sequences/comparable'
import { columnName } from '../../sequences/names'
import type { Selection } from '../../sequences/selection'
import { assertPostgresServer } from '../../sequences/server-kind'
import { readCatalog } from '../../sequences/verify'
import { renderTrap } from './render-trap'
import type { TrapColumn } from './trap-sql'

/** What to watch, and where to write. */
export interface TrapOptions extends Selection, Timeouts {
  /** Where to write. Default: where the DataSource's migrations are, or `src/migrations`. */
  readonly folder?: string | undefined
  /** Milliseconds since 1970, 13 digits. Default: now, or just after the newest there is. */
  readonly timestamp?: number | undefined
  /** The clock for the timestamp. Default: the system's. */
  readonly now?: (() => number) | undefined
  /** Default: `ts`. */
  readonly language?: MigrationLanguage | undefined
  /** Returns what would be written, and writes nothing. Default: false. */
  readonly dryRun?: boolean | undefined
}

/** A migration that sets traps. */
export interface Trap {
  readonly folder: string
  readonly className: string
  readonly path: string
  readonly text: string
  readonly columns: readonly TrapColumn[]
  /** Why others are not watched, and what a watched one does not show; in a form to print. */
  readonly notes: readonly string[]
  /** Whether the DataSource's options read migrations from the folder. */
  readonly isRead: boolean
}

/**
 * Writes one migration that records who inserts ids which the sequences have not given; its revert ends that. Null where no column can be watched.
 *
 * @throws {UsageError} when an option is wrong.
 * @throws {OutputError} when the folder cannot be read or written.
 * @throws what `verifySequences` throws.
 */
export async function writeTrap(target: Target, options: TrapOptions = {}): Promise<Trap | null> {
  const {
    folder: named,
    timestamp,
    now,
    language = 'ts',
    dryRun,
    ...selection
  } = validated(MigrationRules, options)
  const { server, columns } = await withSession(target, (session) =>
    readCatalog(session, target, selection),
  )
  assertPostgresServer(server)
  const watched = columns.selected
    .filter((column) => incomparable(column) === null)
    .filter(isResolved)
  if (watched.length === 0) return null
  const dataSource = isDataSource(target) ? target : undefined
  const extension = language === 'ts' ? 'ts' : 'js'
  const folder = named ?? migrationsFolder(dataSource, extension)
  const stamps = [
    ...(await readExistingMigrations(folder)).flatMap(({ timestamps }) => timestamps),
    ...(dataSource ? knownMigrations(dataSource).map((migration) => migration.timestamp) : []),
  ]
  const stamp = timestamp ?? nextTimestamp((now ?? Date.now)(), stamps)
  assertTimestamp(stamp)
  const path = join(folder, `${String(stamp)}-TrapExplicitIds.${extension}`)
  const className = `TrapExplicitIds${String(stamp)}`
  const style = await projectStyle(path)
  const text = renderTrap(
    {
      className,
      columns: watched,
      language: dialect(language, folder),
      lockTimeout: options.lockTimeout ?? DEFAULT_LOCK_TIMEOUT,
    },
    style.indent,
  )
  const file = { path, text: await style.format(text, className) }
  if (!dryRun) await writeNewFiles([file])
  return {
    folder,
    className,
    ...file,
    columns: watched,
    notes: [
      ...columns.selected.flatMap((column) => incomparable(column) ?? []),
      ...blindSpots(watched),
    ],
    isRead: dataSource === undefined || readsMigrations(dataSource, folder, extension),
  }
}

/** What goes past a trigger for each statement on the table that was named. */
function blindSpots(watched: readonly ResolvedColumn[]): string[] {
  return [
    ...watched
      .filter(({ partitioned }) => partitioned)
      .map(
        (column) =>
          `Does not see rows that are inserted straight into a partition, past the table of ${columnName(column)}.`,
      ),
    'Does not see rows that a subscription brings after its first copy of a table.',
  ]
}

function dialect(language: MigrationLanguage, folder: string): Exclude<MigrationLanguage, 'js'> {
  if (language !== 'js') return language
  return moduleSystem(resolve(folder, 'migration.js')) === 'module' ? 'esm' : 'cjs'
}
