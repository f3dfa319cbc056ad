import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../errors'

const FOLDERS = ['', 'src', 'src/config', 'src/database', 'src/db']
const NAMES = ['data-source', 'datasource', 'ormconfig']
const EXTENSIONS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs']

/**
 * Returns the DataSource file of the project in `folder`, where it has a usual name; undefined where there is none.
 *
 * @throws {UsageError} when there are several.
 */
export function findDataSource(folder: string): string | undefined {
  const usual = FOLDERS.flatMap((inside) =>
    NAMES.flatMap((name) => EXTENSIONS.map((extension) => join(inside, `${name}.${extension}`))),
  )
  const found = usual.filter((file) => existsSync(join(folder, file)))
  if (found.length <= 1) return found[0]
  throw new UsageError(
    `Cannot choose a DataSource: found ${found.join(', ')}. Use --data-source FILE.`,
  )
}
