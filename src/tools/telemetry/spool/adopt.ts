import { basename, join } from 'node:path'
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
    adopted.push(to, ...(await lifted(files, to, own)))
  }
  if (adopted.length > 0) {
    await files.syncFolder(folder)
    await files.syncFolder(own)
  }
  // The oldest first: an id begins with its time.
  return adopted.sort((one, other) => (basename(one) < basename(other) ? -1 : 1))
}

/** Moves what a folder had adopted itself up beside it, at any depth: its process may have ended amid this. */
async function lifted(files: SpoolFiles, folder: string, own: string): Promise<string[]> {
  const paths: string[] = []
  for (const { name, isFolder } of await files.list(folder)) {
    if (!isFolder || !isId(name)) continue
    const to = join(own, name)
    await files.rename(join(folder, name), to)
    paths.push(to, ...(await lifted(files, to, own)))
  }
  return paths
}
