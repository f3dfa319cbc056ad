import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { useFolders } from '../../support/folders'

/** Why there can be no disk of a test's own; undefined where there can. */
export const NO_DISK =
  process.platform === 'linux' && process.getuid?.() === 0
    ? undefined
    : 'Only root on Linux can mount a disk.'

/** A disk that is soon full. */
export interface TinyDisk {
  readonly path: string
  /** Fills what is left of it. */
  fill(): void
  /** Makes that room again. */
  empty(): void
}

/** Returns a function that mounts a disk of so many KiB; all are unmounted after the file's tests. */
export function useTinyDisks(): (kibibytes: number) => TinyDisk {
  // Before the hook below, which so runs first: the folders go when nothing is mounted there.
  const newFolder = useFolders()
  const mounted: string[] = []
  afterAll(() => {
    for (const path of mounted) execFileSync('umount', [path])
  })
  return (kibibytes) => {
    const path = newFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(kibibytes)}k`, 'tmpfs', path])
    mounted.push(path)
    const filler = join(path, 'filler')
    return {
      path,
      fill() {
        const file = openSync(filler, 'a')
        try {
          for (;;) writeSync(file, Buffer.alloc(4096))
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ENOSPC') throw error
        } finally {
          closeSync(file)
        }
      },
      empty() {
        rmSync(filler)
      },
    }
  }
}
