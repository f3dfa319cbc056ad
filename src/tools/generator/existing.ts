import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, sqlstateOf } from '../db/sqlstate'
import { OutputError } from '../errors'
import { repairsIn } from './render'
import { timestampOf } from './name'

/** The migrations of a folder. */
export interface ExistingMigrations {
  readonly timestamps: readonly number[]
  /** What they repair, as `repairKey` has it. */
  readonly repairs: ReadonlySet<string>
}

/**
 * Reads the migrations in `folder`; none where it is not there yet. What they repair is read from their text, so that files may be renamed.
 *
 * @throws {OutputError} when it is not a folder, or cannot be read.
 */
export async function readExistingMigrations(folder: string): Promise<ExistingMigrations> {
  const timestamps: number[] = []
  const repairs = new Set<string>()
  try {
    for (const name of await readdir(folder)) {
      const timestamp = timestampOf(name)
      if (timestamp === undefined) continue
      timestamps.push(timestamp)
      for (const repair of repairsIn(await readFile(join(folder, name), 'utf8')))
        repairs.add(repair)
    }
  } catch (cause) {
    if (sqlstateOf(cause) !== 'ENOENT') {
      throw new OutputError(
        `Cannot read the migrations in "${folder}": ${messageOf(cause)}. Nothing was written. Use another --out FOLDER.`,
        { cause },
      )
    }
  }
  return { timestamps, repairs }
}
