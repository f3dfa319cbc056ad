import { appendFile, open, rename, rm, stat } from 'node:fs/promises'
import type { Verification } from '../sequences/verify'
import { quoted, sqlstateOf } from '../db/sqlstate'
import { OutputError } from '../errors'
import { groupedBy } from '../grouped-by'
import { toLine } from './line'
import type { ColumnPoint, HistoryLimits, MemoryHistory } from './memory-history'
import { readHistory } from './read'

const OWNER_ALONE = 0o600

/** Below this a file is not worth compacting, in bytes. */
const SMALL = 2 ** 20

/** A history that is kept in a file too, so that it outlives its process: a line for each check that found something new. One process writes it. */
export class HistoryFile {
  private constructor(
    private readonly file: string,
    readonly history: MemoryHistory,
    private isTorn: boolean,
    private size: number,
    private readonly small: number,
  ) {
    this.compacted = size
  }

  /** The size after the last compaction, in bytes. */
  private compacted: number

  /**
   * Opens a file, or begins one. What it held is in the history.
   *
   * @param small - a file of fewer bytes is not compacted; default: 1 MiB
   * @throws {OutputError} when it cannot be read or written.
   */
  static async open(file: string, limits?: HistoryLimits, small = SMALL): Promise<HistoryFile> {
    await appending(file, '')
    const history = await readHistory(file, limits)
    const { size } = await stat(file)
    return new HistoryFile(file, history, history.torn, size, small)
  }

  /**
   * Takes in what a check found.
   *
   * @throws {OutputError} when it cannot be written. The history has it all the same; the next line begins anew.
   */
  async record({ checkedAt, columns }: Pick<Verification, 'checkedAt' | 'columns'>): Promise<void> {
    const added = this.history.record(checkedAt, columns)
    if (added.length === 0) return
    const line = (this.isTorn ? '\n' : '') + toLine(checkedAt, added)
    this.isTorn = true
    await appending(this.file, line)
    this.isTorn = false
    this.size += Buffer.byteLength(line)
    if (this.size > Math.max(this.small, 2 * this.compacted)) await this.compact()
  }

  /** Another takes the file's place, whole or not at all. */
  private async compact(): Promise<void> {
    const next = `${this.file}.${String(process.pid)}.new`
    try {
      const handle = await open(next, 'w', OWNER_ALONE)
      try {
        for (const points of groupedBy([...this.history.all()], timeOf).values()) {
          const [{ point }] = points
          await handle.write(toLine(point.at, points))
        }
        await handle.sync()
        this.size = (await handle.stat()).size
      } finally {
        await handle.close()
      }
      await rename(next, this.file)
      this.compacted = this.size
    } catch (cause) {
      await rm(next, { force: true })
      throw notWritten(this.file, cause)
    }
  }
}

function timeOf({ point }: ColumnPoint): string {
  return point.at.toISOString()
}

async function appending(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text, { mode: OWNER_ALONE })
  } catch (cause) {
    throw notWritten(file, cause)
  }
}

function notWritten(file: string, cause: unknown): OutputError {
  const why = sqlstateOf(cause) === 'ENOENT' ? 'there is no such folder' : quoted(cause)
  return new OutputError(
    `Cannot write the history "${file}": ${why}. Use another --history FILE.`,
    {
      cause,
    },
  )
}
