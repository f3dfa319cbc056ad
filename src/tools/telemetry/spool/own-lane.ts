import type { AcceptedEvent } from '../accepted-event'
import type { DamageReport } from './damage'
import type { SpoolFiles } from './files'
import { Lane } from './lane'
import type { Run } from './lane-reader'
import { RecentEvents } from './recent-events'
import type { Segment } from './segment'
import { SegmentWriter } from './segment-writer'

/** What an own lane is made of. */
export interface OwnLaneOptions {
  readonly segmentBytes: number
  readonly maxQueueSize: number
}

/** The lane that this process writes, and reads from memory while its reader keeps up. */
export class OwnLane extends Lane {
  private readonly writer: SegmentWriter
  private readonly recent: RecentEvents
  /** The sequence number after the last of which it is known where to read it: not yet those of a write that has just ended. */
  private readable = 1

  constructor(files: SpoolFiles, folder: string, options: OwnLaneOptions, report: DamageReport) {
    super(files, folder, [], 0, report)
    this.writer = new SegmentWriter(files, folder, this.segments, options.segmentBytes)
    this.recent = new RecentEvents(options.maxQueueSize)
  }

  /** The sequence number of the next event. */
  get next(): number {
    return this.writer.next
  }

  protected override get untaken(): number {
    return this.recent.start
  }

  async write(records: Buffer, events: readonly AcceptedEvent[]): Promise<void> {
    const first = this.writer.next
    const { segment, offset } = await this.writer.write(records, events.length)
    // Those before may all be in memory, or taken: then it is here that reading goes on from disk.
    const isFirstOnDisk = !this.recent.add(first, events) && this.recent.end === first
    const sought = isFirstOnDisk ? this.reader.seek(segment, offset, first) : undefined
    this.readable = first + events.length
    await sought
  }

  override async read(max: number): Promise<Run> {
    const run = this.recent.take(max)
    if (run.events.length > 0 || this.recent.end >= this.readable) return run
    const stored = await super.read(max)
    this.recent.end = this.reader.next
    return stored
  }

  protected override get open(): Segment | undefined {
    return this.writer.current
  }

  /** Deletes what is settled, the segment that is written to as well; tells whether that made room. To be called between writes. */
  async makeRoom(): Promise<boolean> {
    if (this.open && this.open.length > 0 && this.isSettled(this.open)) await this.writer.seal()
    const { bytes } = this
    await this.sweep()
    return this.bytes < bytes
  }

  override async close(): Promise<void> {
    await this.writer.seal()
    await this.sweep()
    await super.close()
  }
}
