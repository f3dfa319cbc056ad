import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { DataSource } from 'typeorm'
import type { MigrationLanguage } from './render'

const USUAL = ['src/migrations', 'src/migration', 'migrations']

/** Compilers write here: what one puts there is gone with the next build. */
const OUTPUT = /(?:^|[/\\])(?:dist|build|out)[/\\]/

/**
 * Returns the folder that the project keeps its migrations in, from the working directory: the first of the DataSource's `migrations` that is there,
 * or a usual one.
 */
export function migrationsFolder(
  dataSource: DataSource | undefined,
  language: MigrationLanguage,
): string {
  const globs = Object.values(dataSource?.options.migrations ?? {}).filter(
    (migration: unknown) => typeof migration === 'string',
  )
  const named = globs.flatMap((glob) => folderOf(glob, language === 'ts' ? 'ts' : 'js') ?? [])
  const [folder = 'src/migrations'] = [...named, ...USUAL].filter((path) => existsSync(path))
  return relative(process.cwd(), resolve(folder)) || '.'
}

/** The folder of a glob, where it names one and files of the language in it. */
function folderOf(glob: string, extension: 'ts' | 'js'): string | undefined {
  const [, folder, files] = /^([^*?[\]{}()]+)[/\\]([^/\\]+)$/.exec(glob) ?? []
  if (folder === undefined || files === undefined) return undefined
  if (extension === 'ts' && OUTPUT.test(`${folder}/`)) return undefined
  const matches =
    files === '*' || files.endsWith('.*') || files.includes(extension) || /t\]?j|j\]?t/.test(files)
  return matches ? folder : undefined
}
