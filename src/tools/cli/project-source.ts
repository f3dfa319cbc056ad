import { dirname, resolve } from 'node:path'
import { nearestFile } from '../module-system'
import type { TargetOptions } from './target'

/** Returns the folder of the code that is scanned: the one that is named, else the project's that a DataSource is of; of a URL's nothing is known. */
export function projectSource(
  { source }: { readonly source?: string | false },
  { dataSource }: TargetOptions,
): string | undefined {
  if (source === false) return undefined
  if (source !== undefined || dataSource === undefined) return source
  const manifest = nearestFile(dirname(resolve(dataSource)), 'package.json')
  return dirname(manifest ?? resolve(dataSource))
}
