import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { ConnectionError } from '../errors'
import { canReach, type Account } from './account'

/**
 * Returns our folder outside the checkout, made where missing: one for each user, which others may enter but not change, and which
 * `account` can reach, wherever TMPDIR is.
 *
 * @throws {ConnectionError} when somebody else made it first: binaries that are run, as root perhaps, must be our own.
 */
export function scratchFolder(account: Account | undefined): string {
  const { uid, username } = userInfo()
  const name = `typeorm-resync-${username}`
  const folder =
    [tmpdir(), '/var/tmp', '/tmp']
      .filter((parent) => existsSync(parent))
      .map((parent) => join(parent, name))
      .find((candidate) => canReach(account, candidate)) ?? join(tmpdir(), name)
  mkdirSync(folder, { recursive: true })
  const found = lstatSync(folder)
  if (!found.isDirectory() || (uid !== -1 && found.uid !== uid)) {
    throw new ConnectionError(
      `Cannot use "${folder}" for the embedded PostgreSQL: it belongs to another user. Set TMPDIR to a folder of your own.`,
    )
  }
  chmodSync(folder, 0o711)
  return folder
}
