import type { SpoolFile, SpoolFiles } from './files'
import { NEWLINE } from './record'
import type { Segment } from './segment'

/** About 500 events: enough that opening a file costs nothing beside it. */
const CHUNK_BYTES = 256 * 1024

/** Reads the lines of a segment a chunk at a time, into memory of its own that the next chunk overwrites. */
export class LineSource {
  bytes: Buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  /** Where the next line begins in `bytes`. */
  at = 0
  /** Where the lines in `bytes` end. */
  end = 0
  private file: SpoolFile | undefined

  constructor(
    private readonly files: SpoolFiles,
    readonly segment: Segment,
    private offset = 0,
  ) {}

  /** Reads the next chunk of whole lines, of the last one what there is; false where nothing is left. */
  async fill(): Promise<boolean> {
    while (this.offset < this.segment.length) {
      const wanted = Math.min(this.bytes.length, this.segment.length - this.offset)
      const got = await this.read(wanted)
      if (got < wanted) this.segment.length = this.offset + got
      const isLast = this.offset + got >= this.segment.length
      const newline = isLast ? got - 1 : this.bytes.subarray(0, got).lastIndexOf(NEWLINE)
      if (newline >= 0) {
        this.at = 0
        this.end = newline + 1
        this.offset += this.end
        return true
      }
      if (!isLast) this.bytes = Buffer.allocUnsafe(this.bytes.length * 2)
    }
    return false
  }

  async close(): Promise<void> {
    const { file } = this
    this.file = undefined
    await file?.close()
  }

  private async read(wanted: number): Promise<number> {
    this.file ??= await this.files.open(this.segment.path)
    let got = 0
    while (got < wanted) {
      const more = await this.file.read(this.bytes.subarray(got, wanted), this.offset + got)
      if (more === 0) break
      got += more
    }
    return got
  }
}
