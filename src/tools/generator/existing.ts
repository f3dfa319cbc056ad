import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, sqlstateOf } from '../db/sqlstate'
import { OutputError } from '../errors'
import { classNamesIn, repairsIn } from './render'
import { timestampOf } from './name'

/** A migration of the folder. */
export interface ExistingMigration {
  /** The names of its classes, by which TypeORM writes down that they ran. */
  readonly classNames: readonly string[]
  readonly timestamps: readonly number[]
  /** What it repairs, as `repairKey` has it. */
  readonly repairs: readonly string[]
}

/**
 * Reads the migrations in `folder`; none where it is not there yet. What they repair is read from their text, so that files may be renamed.
 *
 * @throws {OutputError} when it is not a folder, or cannot be read.
 */
export async function readExistingMigrations(folder: string): Promise<ExistingMigration[]> {
  const migrations: ExistingMigration[] = []
  for (const name of await migrationFiles(folder)) {
    const text = await readText(join(folder, name))
    const classNames = classNamesIn(text)
    const timestamps = [name, ...classNames].flatMap((stamped) => timestampOf(stamped) ?? [])
    migrations.push({ classNames, timestamps, repairs: repairsIn(text) })
  }
  return migrations
}

async function migrationFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory() && /(?<!\.d)\.[cm]?[jt]s$/.test(entry.name))
      .map(({ name }) => name)
  } catch (cause) {
    if (sqlstateOf(cause) === 'ENOENT') return []
    throw unreadable(folder, cause)
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    // A link to nowhere, or removed meanwhile: its name still counts.
    if (sqlstateOf(cause) === 'ENOENT') return ''
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): OutputError {
  return new OutputError(
    `Cannot read the migrations in "${path}": ${messageOf(cause)}. Nothing was written. Use another --out FOLDER.`,
    { cause },
  )
}
