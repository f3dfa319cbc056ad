import { open, stat, type FileHandle } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { pumpFrom } from './input'
import type { LogPump } from './log-pump'

/** How often a file is looked at, in milliseconds. Events of file systems are not to be had on all of them, nor for a name that comes back. */
const INTERVAL = 250

/** A file that is followed, and why it could not be read, if so. */
export interface Followed {
  readonly file: string
  readonly pump: LogPump
  failure: unknown
}

/** Reads files as they grow, until `signal` is given. A file that is rotated away is read to its end, then the new one of its name; one that was truncated, from its start. */
export async function followFiles(
  files: readonly string[],
  newPump: () => LogPump,
  signal: AbortSignal | undefined,
  onFollow: (() => void) | undefined,
): Promise<Followed[]> {
  const tails = files.map((file) => new Tail(file, newPump()))
  try {
    for (let isFirst = true; ; isFirst = false) {
      for (const tail of tails) await tail.read(signal)
      if (isFirst) onFollow?.()
      if (signal?.aborted) break
      await sleep(INTERVAL, undefined, signal && { signal }).catch(() => undefined)
    }
    return tails
  } finally {
    for (const tail of tails) await tail.close()
  }
}

class Tail implements Followed {
  failure: unknown = undefined
  private handle: FileHandle | undefined
  private identity = ''
  private place = 0

  constructor(
    readonly file: string,
    readonly pump: LogPump,
  ) {}

  /** Reads what is new. */
  async read(signal: AbortSignal | undefined): Promise<void> {
    try {
      if (this.handle && (await this.handle.stat()).size < this.place) {
        this.pump.end()
        this.place = 0
      }
      if (this.handle) this.place = await pumpFrom(this.handle, this.place, this.pump, signal)
      const found = await stat(this.file).catch((error: unknown) => {
        // Between two files of a rotation there is none.
        if (this.handle) return undefined
        throw error
      })
      if (!found || identityOf(found) === this.identity) return
      // Once more: the server may have written to it until it changed over.
      await this.close()
      this.handle = await open(this.file)
      this.identity = identityOf(await this.handle.stat())
      this.place = await pumpFrom(this.handle, 0, this.pump, signal)
      this.failure = undefined
    } catch (error) {
      this.failure = error
    }
  }

  /** Reads what is left, and ends. */
  async close(): Promise<void> {
    if (!this.handle) return
    await pumpFrom(this.handle, this.place, this.pump)
    this.pump.end()
    this.place = 0
    await this.handle.close()
    this.handle = undefined
  }
}

function identityOf({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${String(dev)}:${String(ino)}`
}
