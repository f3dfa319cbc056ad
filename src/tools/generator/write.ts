import { mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, sqlstateOf } from '../db/sqlstate'
import { OutputError } from '../errors'

/** A file to write. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

/**
 * Writes new files, and their folder where missing: all of them, or none.
 *
 * @throws {OutputError} when one exists, or cannot be written.
 */
export async function writeNewFiles(files: readonly NewFile[]): Promise<void> {
  const written: string[] = []
  for (const { path, text } of files) {
    try {
      await mkdir(dirname(path), { recursive: true })
      const file = await open(path, 'wx')
      written.push(path)
      await file.writeFile(text).finally(() => file.close())
    } catch (cause) {
      await Promise.allSettled(written.map((mine) => rm(mine)))
      const exists = sqlstateOf(cause) === 'EEXIST'
      const reason = exists ? 'it exists, and nothing is ever overwritten' : messageOf(cause)
      const cure = exists ? 'Use another --timestamp or --out.' : 'Use another --out FOLDER.'
      throw new OutputError(`Cannot write "${path}": ${reason}. Nothing was written. ${cure}`, {
        cause,
      })
    }
  }
}
