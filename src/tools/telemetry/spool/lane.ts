import { readCursor, removeCursor, writeCursor } from './cursor'
import type { DamageReport } from './damage'
import { codeOf, type SpoolFiles } from './files'
import { LaneReader, type Run } from './lane-reader'
import { listSegments, type Segment } from './segment'

/** How many settled events may come again after a crash, as long as the disk keeps up. */
const NOTE_EVERY = 1000
const SCAN = 1000

/** The events that one process kept, in order: its segments, and up to where they are settled. */
export class Lane {
  protected readonly reader: LaneReader
  private noted: number

  constructor(
    private readonly files: SpoolFiles,
    readonly folder: string,
    readonly segments: Segment[],
    /** All up to this sequence number are settled. */
    private settled: number,
    report: DamageReport,
  ) {
    this.noted = settled
    this.reader = new LaneReader(files, segments, settled + 1, report)
  }

  get bytes(): number {
    return this.segments.reduce((sum, { length }) => sum + length, 0)
  }

  /** Returns the next events, at most `max`; none where none is left. */
  read(max: number): Promise<Run> {
    return this.reader.read(max)
  }

  settle(sequence: number): void {
    this.settled = Math.max(this.settled, sequence)
  }

  /** The segment that is being written. */
  protected get open(): Segment | undefined {
    return undefined
  }

  protected isSettled({ end }: Segment): boolean {
    return end !== undefined && end - 1 <= this.settled
  }

  /** Deletes the segments that are settled, and notes up to where the others are, now and then. */
  async sweep(): Promise<void> {
    for (let [oldest] = this.segments; oldest; [oldest] = this.segments) {
      if (oldest === this.open || !this.isSettled(oldest)) break
      await this.files.remove(oldest.path).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error
      })
      this.segments.shift()
    }
    if (this.settled - this.noted >= NOTE_EVERY) await this.note()
  }

  async note(): Promise<void> {
    if (this.settled === this.noted || this.segments.length === 0) return
    const { settled } = this
    await writeCursor(this.files, this.folder, settled)
    this.noted = settled
  }

  /** The sequence number after all that were taken or cannot be read. */
  protected get untaken(): number {
    return this.reader.next
  }

  /** All that was taken is settled, and nothing was left to take: what could not be read is given up too. Tells whether there was any. */
  giveUp(): boolean {
    if (this.settled >= this.untaken - 1) return false
    this.settle(this.untaken - 1)
    return true
  }

  /** Notes up to where it is settled, and removes the folder where no segment is left in it. */
  async close(): Promise<void> {
    await this.reader.close()
    await this.note()
    if (this.segments.length > 0) return
    await removeCursor(this.files, this.folder)
    await this.files.removeFolder(this.folder).catch((error: unknown) => {
      // Segments of another version are in it, or what such a lane had adopted.
      if (!/^(ENOTEMPTY|EEXIST)$/.test(codeOf(error) ?? '')) throw error
    })
  }
}

/** Opens the lane of a process that has ended, and counts its events by their numbers: only the last segment has to be read for that. */
export async function openLane(
  files: SpoolFiles,
  folder: string,
  report: DamageReport,
): Promise<{ lane: Lane; unsettled: number; foreign: readonly string[] }> {
  const { segments, foreign } = await listSegments(files, folder)
  const [first] = segments
  const end = await endOf(files, segments)
  const noted = await readCursor(files, folder)
  // What was noted for more than there is, is not about this: all comes again.
  const settled = Math.max(noted < end ? noted : 0, (first?.first ?? 1) - 1)
  const lane = new Lane(files, folder, segments, settled, report)
  return { lane, unsettled: Math.max(end - 1 - settled, 0), foreign }
}

/** Returns the sequence number after the last that can be read. */
async function endOf(files: SpoolFiles, segments: readonly Segment[]): Promise<number> {
  const last = segments.at(-1)
  if (!last) return 1
  const quiet: DamageReport = {
    lost: () => undefined,
    skipped: () => undefined,
    unreadable: () => undefined,
  }
  const reader = new LaneReader(files, [{ ...last }], last.first, quiet)
  let end = last.first
  for (let run = await reader.read(SCAN); run.events.length > 0; run = await reader.read(SCAN)) {
    end = run.first + run.events.length
  }
  await reader.close()
  return end
}
