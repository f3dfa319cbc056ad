import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { canReach, type Account } from './account'
import { scratchFolder } from './scratch-folder'

/**
 * Returns the folder for a server's files: `wanted` itself, or, where the server's account could not enter it
 * (we are root, the checkout lies below a closed home), a folder of ours elsewhere that belongs to `wanted` alone.
 */
export function reachableFolder(wanted: string, account: Account | undefined): string {
  const folder = resolve(wanted)
  mkdirSync(folder, { recursive: true })
  if (canReach(account, folder)) {
    if (account) chmodSync(folder, 0o711)
    return folder
  }
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const elsewhere = join(scratchFolder(account), `data-${key}`)
  mkdirSync(elsewhere, { recursive: true, mode: 0o711 })
  return elsewhere
}
