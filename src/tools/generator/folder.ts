import { existsSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { minimatch } from 'minimatch'
import type { DataSource } from 'typeorm'

const USUAL = ['src/migrations', 'src/migration', 'migrations']

/** Written by installing, another package's migrations; or by a compiler, gone with the next build. */
const INSTALLED = /(?:^|[/\\])node_modules[/\\]/
const COMPILED = /^(?:dist|build|out)[/\\]/

/**
 * Returns the folder that the project keeps its migrations in, from the working directory: one from which the DataSource reads them, else a usual one
 * that is there.
 */
export function migrationsFolder(
  dataSource: DataSource | undefined,
  extension: 'ts' | 'js',
): string {
  const globs = migrationGlobs(dataSource)
  const named = globs.flatMap((glob) => literalFolder(glob) ?? [])
  const read = [...named, ...USUAL].filter(
    (folder) => isOurs(folder, extension) && isRead(globs, folder, extension),
  )
  const candidates = read.length > 0 ? read : USUAL
  return candidates.find((folder) => existsSync(resolve(folder))) ?? read[0] ?? 'src/migrations'
}

/** Tells whether the DataSource reads migrations that are written into a folder. */
export function readsMigrations(
  dataSource: DataSource,
  folder: string,
  extension: 'ts' | 'js',
): boolean {
  return isRead(migrationGlobs(dataSource), folder, extension)
}

/** Tells whether the DataSource reads migrations from where a compiler writes. */
export function readsCompiled(dataSource: DataSource): boolean {
  return migrationGlobs(dataSource).some((glob) => COMPILED.test(glob))
}

/** The DataSource's `migrations` as far as they are globs, from the working directory. */
function migrationGlobs(dataSource: DataSource | undefined): string[] {
  return Object.values(dataSource?.options.migrations ?? {})
    .filter((migration: unknown) => typeof migration === 'string')
    .map((glob) => relative(process.cwd(), resolve(glob)).split(sep).join('/'))
}

function isRead(globs: readonly string[], folder: string, extension: 'ts' | 'js'): boolean {
  const file = relative(
    process.cwd(),
    resolve(folder, `1700000000000-ResyncUserSequence.${extension}`),
  )
  return globs.some((glob) => minimatch(file.split(sep).join('/'), glob, { dot: true }))
}

function isOurs(folder: string, extension: 'ts' | 'js'): boolean {
  return !INSTALLED.test(`${folder}/`) && (extension === 'js' || !COMPILED.test(`${folder}/`))
}

/** The folder of a glob, where only the file is left open: `**` may stand for no folder at all. */
function literalFolder(glob: string): string | undefined {
  const folders = glob.split('/').slice(0, -1)
  const literal = folders.filter((folder) => folder !== '**')
  return literal.some((folder) => /[*?[\]{}]|[@!+]\(/.test(folder))
    ? undefined
    : join('.', ...literal)
}
