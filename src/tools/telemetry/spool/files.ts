/** An open file of a spool. */
export interface SpoolFile {
  /** Writes at a place; returns how many of the bytes it wrote, which may be fewer. */
  write(bytes: Uint8Array, at: number): Promise<number>
  /** Reads from a place; returns how many bytes it read: 0 at the end. */
  read(into: Uint8Array, at: number): Promise<number>
  truncate(length: number): Promise<void>
  /** Resolves when what was written would survive a loss of power. */
  datasync(): Promise<void>
  close(): Promise<void>
}

/** What a folder holds under a name. */
export interface FolderEntry {
  readonly name: string
  readonly isFolder: boolean
}

/** The file system, as far as a spool uses it. Failures carry Node's codes: ENOSPC, ENOENT. */
export interface SpoolFiles {
  /** Makes a folder that no other user may enter, with those above it, safe against a loss of power; one that exists is left as it is. */
  makeFolder(path: string): Promise<void>
  list(folder: string): Promise<readonly FolderEntry[]>
  /** Makes a file that no other user may read, to write; fails where it exists. */
  create(path: string): Promise<SpoolFile>
  /** Opens a file to read. */
  open(path: string): Promise<SpoolFile>
  size(path: string): Promise<number>
  /** Adds to the end of a file that no other user may read, and makes it where missing. */
  append(path: string, bytes: Uint8Array): Promise<void>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Removes a folder; fails where it is not empty. */
  removeFolder(path: string): Promise<void>
  /** Resolves when the names that a folder holds would survive a loss of power. */
  syncFolder(path: string): Promise<void>
}

/** Returns the code of a failure of the file system or a socket. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
