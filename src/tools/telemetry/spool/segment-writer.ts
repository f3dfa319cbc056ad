import type { SpoolFile, SpoolFiles } from './files'
import { segmentPath, type Segment } from './segment'

interface OpenSegment {
  readonly segment: Segment
  readonly file: SpoolFile
}

/** Writes groups of records at the end of a lane, each safe against a loss of power when its write resolves. */
export class SegmentWriter {
  /** The sequence number of the next record. */
  next = 1
  private number = 1
  private open: OpenSegment | undefined

  constructor(
    private readonly files: SpoolFiles,
    private readonly folder: string,
    private readonly segments: Segment[],
    private readonly segmentBytes: number,
  ) {}

  /** The segment that is written to. */
  get current(): Segment | undefined {
    return this.open?.segment
  }

  /**
   * Writes `count` records. Where it fails none of them counts, and the next write goes to another segment: after a failed fsync the
   * kernel takes the pages for clean, so that a later one would succeed without them.
   */
  async write(records: Buffer, count: number): Promise<{ segment: Segment; offset: number }> {
    if ((this.open?.segment.length ?? 0) + records.length > this.segmentBytes) await this.seal()
    const open = this.open ?? (await this.create())
    const { segment, file } = open
    const offset = segment.length
    try {
      for (let done = 0; done < records.length;) {
        done += await file.write(records.subarray(done), offset + done)
      }
      await file.datasync()
    } catch (error) {
      await this.abandon(open)
      throw error
    }
    segment.length += records.length
    this.next += count
    segment.end = this.next
    return { segment, offset }
  }

  /** Ends the segment: the next write begins another. */
  async seal(): Promise<void> {
    const { open } = this
    this.open = undefined
    await open?.file.close()
  }

  private async create(): Promise<OpenSegment> {
    const { number, next } = this
    // No number is used twice: what removes a file of that name late would remove this one.
    this.number += 1
    const path = segmentPath(this.folder, number, next)
    const file = await this.files.create(path)
    const segment: Segment = { path, number, first: next, length: 0, end: next }
    // At once: it is empty, so all in it is settled, and it would be swept away.
    const open = { segment, file }
    this.segments.push(segment)
    this.open = open
    try {
      await this.files.syncFolder(this.folder)
    } catch (error) {
      await this.seal().catch(() => undefined)
      throw error
    }
    return open
  }

  /**
   * Leaves a segment at its last good length, to be swept away if that is nothing. Where it cannot be cut its records are still none: the
   * name of the next segment says that the numbers begin there anew. Only a process that ends before it makes one leaves them to be read.
   */
  private async abandon({ segment, file }: OpenSegment): Promise<void> {
    try {
      await file.truncate(segment.length)
      await file.datasync()
    } catch {
      // As above.
    }
    await this.seal().catch(() => undefined)
  }
}
