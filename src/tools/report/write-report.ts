import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { sqlstateOf, messageOf } from '../db/sqlstate'
import { OutputError } from '../errors'
import { MARKER } from './page/page'

/** The marker stands in the head, before anything that a database named, and after a policy of a few hundred bytes. */
const HEAD_BYTES = 2048

/**
 * Writes a report, in place of an older one: the whole of it, or nothing.
 *
 * @throws {OutputError} when the file is there and is no report, or cannot be written.
 */
export async function writeReport(path: string, html: string): Promise<void> {
  // Beside it: a rename stays whole only within one file system.
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    if ((await kindOf(path)) === 'other') throw occupied(path)
    const file = await open(draft, 'wx')
    try {
      await file.writeFile(html)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined)
    if (cause instanceof OutputError) throw cause
    throw new OutputError(
      `Cannot write "${path}": ${messageOf(cause)}. Nothing was written. Use another --html FILE.`,
      { cause },
    )
  }
}

async function kindOf(path: string): Promise<'none' | 'report' | 'other'> {
  try {
    const file = await open(path, 'r')
    try {
      // Neither a pipe nor a device: a rename would put a file in its place.
      if (!(await file.stat()).isFile()) return 'other'
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
      return buffer.toString('utf8', 0, bytesRead).includes(MARKER) ? 'report' : 'other'
    } finally {
      await file.close()
    }
  } catch (error) {
    if (sqlstateOf(error) === 'ENOENT') return 'none'
    throw error
  }
}

function occupied(path: string): OutputError {
  return new OutputError(
    `Cannot write "${path}": it exists, and is no report of typeorm-resync. Nothing was written. Use another --html FILE.`,
  )
}
