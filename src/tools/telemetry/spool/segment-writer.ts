import { codeOf, type SpoolFile, type SpoolFiles } from './files'
import { segmentPath, type Segment } from './segment'

/** Writes groups of records at the end of a lane, each safe against a loss of power when its write resolves. */
export class SegmentWriter {
  /** The sequence number of the next record. */
  next = 1
  private number = 1
  private open: { readonly segment: Segment; readonly file: SpoolFile } | undefined

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
    const { segment, file } = (this.open ??= await this.create())
    const offset = segment.length
    try {
      for (let done = 0; done < records.length;) {
        done += await file.write(records.subarray(done), offset + done)
      }
      await file.datasync()
    } catch (error) {
      await this.abandon(segment, file)
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

  private async create(): Promise<{ segment: Segment; file: SpoolFile }> {
    const path = segmentPath(this.folder, this.number, this.next)
    const file = await this.files.create(path).catch((error: unknown) => {
      // One that could not be made whole, nor be removed, keeps its number.
      if (codeOf(error) === 'EEXIST') this.number += 1
      throw error
    })
    const segment = { path, number: this.number, first: this.next, length: 0, end: this.next }
    this.number += 1
    try {
      await this.files.syncFolder(this.folder)
    } catch (error) {
      await file.close().catch(() => undefined)
      await this.remove(segment)
      throw error
    }
    this.segments.push(segment)
    return { segment, file }
  }

  /**
   * Leaves a segment at its last good length. Where not even that can be done, its records are still none: the name of the next segment
   * says that the numbers begin there anew. Only a process that ends before it makes one leaves them to be read.
   */
  private async abandon(segment: Segment, file: SpoolFile): Promise<void> {
    this.open = undefined
    try {
      await file.truncate(segment.length)
      await file.datasync()
    } catch {
      // As above.
    }
    await file.close().catch(() => undefined)
    if (segment.length > 0) return
    this.segments.splice(this.segments.indexOf(segment), 1)
    await this.remove(segment)
  }

  /** Its number is free again, so that no gap is left that looks like a segment that was deleted. */
  private async remove(segment: Segment): Promise<void> {
    try {
      await this.files.remove(segment.path)
      this.number = segment.number
    } catch {
      // It stays, empty.
    }
  }
}
