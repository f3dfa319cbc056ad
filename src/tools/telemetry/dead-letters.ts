import { createReadStream } from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { messageOf } from '../db/sqlstate'
import { OutputError } from '../errors'
import type { RowText } from './accepted-event'

/** An event that the database refuses, and why. It holds the event's values. */
export interface DeadLetter {
  readonly uid: string
  /** What the server said of it. */
  readonly reason: string
  readonly sqlstate: string | null
  /** When, in ISO 8601. */
  readonly at: string
  readonly event: RowText
  readonly detection?: RowText
}

/** Where events are kept that the database refuses. */
export interface DeadLetters {
  /** The file; null where none keeps them. */
  readonly path: string | null
  /** Resolves when all are on disk. One that is there already, by its uid, is not written twice. */
  keep(letters: readonly DeadLetter[]): Promise<void>
  close(): Promise<void>
}

/** Keeps none. */
export const NO_DEAD_LETTERS: DeadLetters = {
  path: null,
  keep: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

const NEWLINE = 0x0a

/**
 * Opens a file of dead letters, JSON lines that only its owner may read, and makes it where it is missing. Several processes may share it.
 *
 * @throws {OutputError} when it cannot be opened or read.
 */
export async function openDeadLetters(path: string): Promise<DeadLetters> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(path, 'a+', 0o600)
    try {
      await syncFolder(dirname(path))
      return new DeadLetterFile(path, file, await uidsIn(file, path))
    } catch (error) {
      await file.close()
      throw error
    }
  } catch (cause) {
    throw new OutputError(
      `Cannot open the file for dead letters "${path}": ${messageOf(cause)}. No event was taken. Use another path for deadLetters.`,
      { cause },
    )
  }
}

class DeadLetterFile implements DeadLetters {
  constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly known: Set<string>,
  ) {}

  async keep(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return
    for (const letter of letters) {
      if (this.known.has(letter.uid)) continue
      await this.append(`${JSON.stringify(letter)}\n`)
      this.known.add(letter.uid)
    }
    // Also where all were known: an earlier try may have failed just here.
    await this.file.datasync()
  }

  close(): Promise<void> {
    return this.file.close()
  }

  /** One write() to a file that is open for appending: whole, and at the end, whatever other processes append. */
  private async append(line: string): Promise<void> {
    const bytes = Buffer.from((await this.endsInLine()) ? `\n${line}` : line)
    const { bytesWritten } = await this.file.write(bytes)
    if (bytesWritten < bytes.length) {
      throw new Error(
        `${String(bytesWritten)} of ${String(bytes.length)} bytes could be written to "${this.path}"`,
      )
    }
  }

  /** Tells whether a line was cut short, by a process that was killed or a disk that was full. */
  private async endsInLine(): Promise<boolean> {
    const { size } = await this.file.stat()
    if (size === 0) return false
    const { buffer } = await this.file.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer[0] !== NEWLINE
  }
}

async function uidsIn(file: FileHandle, path: string): Promise<Set<string>> {
  const uids = new Set<string>()
  // A pipe or a device has no end to read to.
  if (!(await file.stat()).isFile()) return uids
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Infinity,
  })) {
    const uid = uidOf(line)
    if (uid !== undefined) uids.add(uid)
  }
  return uids
}

/** None where the line was cut short: its event will come again. */
function uidOf(line: string): string | undefined {
  try {
    const { uid } = JSON.parse(line) as { readonly uid?: unknown }
    return typeof uid === 'string' ? uid : undefined
  } catch {
    return undefined
  }
}

/** A new file's name is on disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folder, and keeps their names itself.
  if (process.platform === 'win32') return
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}
