import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { DataSource } from 'typeorm'
import type { MigrationLanguage } from './render'

const USUAL = ['src/migrations', 'src/migration', 'migrations']

/** Written by installing: another package's migrations. */
const INSTALLED = /(?:^|[/\\])node_modules[/\\]/

/** Written by a compiler: what one puts there is gone with the next build. */
const COMPILED = /(?:^|[/\\])(?:dist|build|out)[/\\]/

/**
 * Returns the folder that the project keeps its migrations in, from the working directory: the DataSource's `migrations` name it, or it is a usual one
 * that is there.
 */
export function migrationsFolder(
  dataSource: DataSource | undefined,
  language: MigrationLanguage,
): string {
  const globs = Object.values(dataSource?.options.migrations ?? {}).filter(
    (migration: unknown) => typeof migration === 'string',
  )
  const named = globs.flatMap((glob) => folderOf(glob, language === 'ts' ? 'ts' : 'js') ?? [])
  // What the DataSource names is right, even where it is not there yet.
  const folders = named.length > 0 ? named : USUAL
  return folders.find((path) => existsSync(resolve(path))) ?? named[0] ?? 'src/migrations'
}

/** The folder of a glob, from the working directory, where it names one and files of the language in it. */
function folderOf(glob: string, extension: 'ts' | 'js'): string | undefined {
  const [, named, files] = /^([^*?[\]{}()]+)[/\\]([^/\\]+)$/.exec(glob) ?? []
  if (named === undefined || files === undefined) return undefined
  const folder = relative(process.cwd(), resolve(named)) || '.'
  if (INSTALLED.test(`${folder}/`)) return undefined
  if (extension === 'ts' && COMPILED.test(`${folder}/`)) return undefined
  const matches =
    files === '*' || files.endsWith('.*') || files.includes(extension) || /t\]?j|j\]?t/.test(files)
  return matches ? folder : undefined
}
