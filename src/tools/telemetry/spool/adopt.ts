import { join } from 'node:path'
import { codeOf, type SpoolFiles } from './files'
import { isId, ownerOf } from './folder-name'
import type { Owners } from './owners'

/** Where a spool is on the disk. */
export interface SpoolPlace {
  /** The folder that the processes share. */
  readonly folder: string
  /** The name of the table, as in file names. */
  readonly encoded: string
  readonly id: string
  /** The folder of this process. */
  readonly own: string
}

/**
 * Takes the folders of processes of the same name that are dead into the own one; returns where they now are. Of two that try, one's
 * rename succeeds, and the other finds nothing.
 */
export async function adoptFolders(
  files: SpoolFiles,
  owners: Owners,
  { folder, encoded, id, own }: SpoolPlace,
): Promise<string[]> {
  const adopted: string[] = []
  for (const { name, isFolder } of await files.list(folder)) {
    const owner = isFolder ? ownerOf(name, encoded) : undefined
    if (owner === undefined || owner === id || (await owners.isAlive(folder, owner))) continue
    const to = join(own, owner)
    try {
      await files.rename(join(folder, name), to)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue
      throw error
    }
    // What it had adopted itself is older.
    for (const inner of await files.list(to)) {
      if (!inner.isFolder || !isId(inner.name)) continue
      await files.rename(join(to, inner.name), join(own, inner.name))
      adopted.push(join(own, inner.name))
    }
    adopted.push(to)
  }
  if (adopted.length > 0) {
    await files.syncFolder(folder)
    await files.syncFolder(own)
  }
  return adopted
}
