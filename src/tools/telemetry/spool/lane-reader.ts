import type { AcceptedEvent } from '../accepted-event'
import type { DamageReport } from './damage'
import { DamagedTail } from './damaged-tail'
import type { SpoolFiles } from './files'
import { LineSource } from './line-source'
import { eventOf, firstIntact, NEWLINE, recordAt, type RecordPlace } from './record'
import type { Segment } from './segment'

/** Events whose sequence numbers follow one another. */
export interface Run {
  readonly first: number
  readonly events: readonly AcceptedEvent[]
}

/** Reads the events of a lane in order: every one that is intact, once. */
export class LaneReader {
  private source: LineSource | undefined
  private readonly tail = new DamagedTail()

  constructor(
    private readonly files: SpoolFiles,
    /** Grows at its end and shrinks at its beginning, meanwhile. */
    private readonly segments: readonly Segment[],
    /** The sequence number to go on from. */
    public next: number,
    private readonly report: DamageReport,
  ) {}

  /** Goes on from a record whose place is known. */
  async seek(segment: Segment, offset: number, sequence: number): Promise<void> {
    const before = this.source
    this.source = new LineSource(this.files, segment, offset)
    this.next = sequence
    await before?.close().catch(() => undefined)
  }

  /** Returns the next events, at most `max`, fewer where one is missing; none where none is left. */
  async read(max: number): Promise<Run> {
    const events: AcceptedEvent[] = []
    let first = this.next
    for (;;) {
      const source = (this.source ??= this.begin())
      while (source && source.at < source.end && events.length < max) {
        const record = this.record(source)
        if (record === undefined || !this.isNext(record, source.segment)) continue
        if (record.sequence > this.next && events.length > 0) {
          source.at = record.from
          return { first, events }
        }
        this.missing(record.sequence, source.segment)
        if (events.length === 0) first = record.sequence
        events.push(eventOf(source.bytes, record))
        this.next = record.sequence + 1
      }
      if (events.length >= max || !source || !(await this.more(source, events.length > 0))) {
        return { first, events }
      }
    }
  }

  async close(): Promise<void> {
    await this.source?.close()
  }

  private begin(): LineSource | undefined {
    const [segment] = this.segments.filter(({ end }) => end === undefined || end > this.next)
    if (!segment) return undefined
    this.skipTo(segment)
    return new LineSource(this.files, segment)
  }

  /** Reads on, in the next segment at the end of one; false where nothing is left, or the events before a gap go first. */
  private async more(source: LineSource, hasEvents: boolean): Promise<boolean> {
    try {
      if (await source.fill()) return true
    } catch (error) {
      // Those that were read go first; who comes for the next tries again.
      if (hasEvents) return false
      throw error
    }
    const { segment } = source
    const following = this.following(segment)
    if (hasEvents && (segment.end === undefined || segment.end > this.next)) return false
    this.endOf(segment, following)
    if (!following) return false
    await source.close().catch(() => undefined)
    this.skipTo(following)
    this.source = new LineSource(this.files, following)
    return true
  }

  private endOf(segment: Segment, following: Segment | undefined): void {
    if (segment.end === undefined) {
      const events = Math.min(this.tail.events, (following?.first ?? Infinity) - this.next)
      this.next += events
      segment.end = this.next
      const corruption = { events, file: segment.path, certain: false }
      if (events > 0) this.report.lost(corruption, following !== undefined)
    } else this.missing(segment.end, segment)
    this.tail.clear()
  }

  /** What segments held that were between is settled: else they would not have been deleted. */
  private skipTo({ first }: Segment): void {
    if (first <= this.next) return
    this.report.skipped(first - this.next)
    this.next = first
  }

  private missing(sequence: number, segment: Segment): void {
    const events = sequence - this.next
    if (events <= 0) return
    this.next = sequence
    this.report.lost({ events, file: segment.path, certain: segment.end !== undefined }, true)
  }

  private following({ number }: Segment): Segment | undefined {
    return this.segments.find((segment) => segment.number > number)
  }

  private isNext({ sequence }: RecordPlace, segment: Segment): boolean {
    if (sequence >= (this.following(segment)?.first ?? Infinity)) return false
    this.tail.clear()
    return sequence >= this.next
  }

  /** Takes the next line, or of a damaged one what is intact in it. */
  private record(source: LineSource): RecordPlace | undefined {
    const { bytes, at, end } = source
    const found = bytes.indexOf(NEWLINE, at)
    const hasNewline = found >= 0 && found < end
    const to = hasNewline ? found : end
    const whole = recordAt(bytes, at, to)
    const record = whole ?? firstIntact(bytes, at, to)
    source.at = record && record.to < to ? record.to : to + 1
    const damaged = record ? record.from : to
    if (damaged > at) {
      const copy = Buffer.from(bytes.subarray(at, damaged))
      this.tail.add(copy, hasNewline)
      this.report.unreadable(source.segment, copy)
    }
    return record
  }
}
