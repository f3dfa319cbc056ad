import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/**
 * Returns our folder outside the checkout, made where missing: one for each user, which others may enter but not change.
 *
 * @throws {Error} when somebody else made it first: binaries that are run, as root perhaps, must be our own.
 */
export function scratchFolder(): string {
  const { uid, username } = userInfo()
  const folder = join(tmpdir(), `typeorm-resync-${username}`)
  mkdirSync(folder, { recursive: true })
  const found = lstatSync(folder)
  if (!found.isDirectory() || (uid !== -1 && found.uid !== uid)) {
    throw new Error(
      `Cannot use "${folder}" for the embedded PostgreSQL: it belongs to another user. Set TMPDIR to a folder of your own.`,
    )
  }
  chmodSync(folder, 0o711)
  return folder
}
