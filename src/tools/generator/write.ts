import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, sqlstateOf } from '../db/sqlstate'
import { OutputError } from '../errors'
import { parseMigrationFile, type MigrationFile } from './name'

/**
 * Returns the migrations in `folder`; none where the folder is not there yet.
 *
 * @throws {OutputError} when it is not a folder, or cannot be read.
 */
export async function readMigrationFiles(folder: string): Promise<MigrationFile[]> {
  try {
    return (await readdir(folder)).flatMap((name) => parseMigrationFile(name) ?? [])
  } catch (cause) {
    if (sqlstateOf(cause) === 'ENOENT') return []
    throw new OutputError(
      `Cannot read the migrations in "${folder}": ${messageOf(cause)}. Nothing was written. Use another --out FOLDER.`,
      { cause },
    )
  }
}

/**
 * Writes a new file, and its folder where missing.
 *
 * @throws {OutputError} when the file exists, or cannot be written.
 */
export async function writeNewFile(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
  } catch (cause) {
    const reason =
      sqlstateOf(cause) === 'EEXIST'
        ? 'it exists, and nothing is ever overwritten'
        : messageOf(cause)
    throw new OutputError(`Cannot write "${path}": ${reason}. Use another --timestamp or --out.`, {
      cause,
    })
  }
}
