import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The operating-system account that runs the server, where it is not our own. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * Returns the account to run the server under: undefined for our own, `nobody` when we are root.
 *
 * PostgreSQL refuses to run as root. `nobody` exists on every Unix, so no user has to be created.
 */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: '-u' | '-g') =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Tells whether `account` can enter every folder above `path`; an own checkout may lie below a 0700 home. */
export function canReach(account: Account | undefined, path: string): boolean {
  if (!account) return true
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
