import { appendFile, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SpoolFile, SpoolFiles } from './files'

const OWNER_ALONE = 0o600
const OWNER_ALONE_ENTERS = 0o700

/** The file system of this machine. */
export const NODE_FILES: SpoolFiles = {
  async makeFolder(path) {
    const highest = await mkdir(path, { recursive: true, mode: OWNER_ALONE_ENTERS })
    if (highest === undefined) return
    for (let made = path; made.length >= highest.length; made = dirname(made)) {
      await syncFolder(dirname(made))
    }
  },
  async list(folder) {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
  },
  create: async (path) => spoolFile(await open(path, 'wx', OWNER_ALONE)),
  open: async (path) => spoolFile(await open(path, 'r')),
  size: async (path) => (await stat(path)).size,
  append: (path, bytes) => appendFile(path, bytes, { mode: OWNER_ALONE }),
  rename,
  remove: (path) => rm(path),
  removeFolder: rmdir,
  syncFolder,
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folder as a file; NTFS keeps names in its journal.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}

function spoolFile(file: FileHandle): SpoolFile {
  return {
    write: async (bytes, at) => (await file.write(bytes, 0, bytes.length, at)).bytesWritten,
    read: async (into, at) => (await file.read(into, 0, into.length, at)).bytesRead,
    truncate: (length) => file.truncate(length),
    datasync: () => file.datasync(),
    close: () => file.close(),
  }
}
