import { join } from 'node:path'
import { quoted } from '../../db/sqlstate'
import { SpoolError } from '../../errors'
import type { AcceptedEvent } from '../accepted-event'
import type { EventQueue, WhenFull } from '../event-queue'
import { adoptFolders, type SpoolPlace } from './adopt'
import type { Corruption, DamageReport } from './damage'
import type { SpoolFiles } from './files'
import { GroupCommit } from './group-commit'
import { openLane, type Lane } from './lane'
import { OwnLane } from './own-lane'
import type { Owners } from './owners'
import type { Segment } from './segment'
import { Taken } from './taken'

/** What one write takes at most, so that the memory for it stays small. */
const GROUP_BYTES = 2 * 1024 * 1024

/** What a spool works with. */
export interface SpoolSettings {
  readonly files: SpoolFiles
  readonly owners: Owners
  readonly place: SpoolPlace
  readonly maxBytes: number
  readonly segmentBytes: number
  readonly maxQueueSize: number
  readonly whenFull: WhenFull
  readonly onCorrupt: (corruption: Corruption) => void
  readonly onNotice: (notice: string) => void
  /** Ends this process's claim on its folder. */
  readonly release: () => Promise<void>
}

/**
 * Accepted events on disk: what was appended survives the process, and a loss of power, until it is settled. After either, those that were
 * settled last may come again. An event that was refused because the disk failed may come too, if the process ends before it can write
 * another, and the disk did not even let it cut the file. Both are one row, by the event's unique id.
 */
export class Spool implements EventQueue, DamageReport {
  /** How many events were lost because their bytes were damaged. */
  corrupt = 0
  /** How many events of processes that had ended were found. */
  replayed = 0
  private unsettled = 0
  /** How many of these are taken. */
  private out = 0
  private readonly own: OwnLane
  private readonly adopted: Lane[] = []
  private readonly commit: GroupCommit
  private readonly taken = new Taken()
  /** The last of each kind, so that the next waits for it. */
  private taking: Promise<unknown> = Promise.resolve()
  private tidying: Promise<unknown> = Promise.resolve()
  private closing: Promise<void> | undefined

  constructor(private readonly settings: SpoolSettings) {
    const { files, place, maxBytes } = settings
    const own = new OwnLane(files, place.own, settings, this)
    this.own = own
    const room = () => maxBytes - this.bytes
    this.commit = new GroupCommit(
      place.folder,
      {
        maxBytes,
        groupBytes: Math.min(GROUP_BYTES, settings.segmentBytes),
        get next() {
          return own.next
        },
        get room() {
          return room()
        },
        makeRoom: async () => {
          let made = false
          await this.tidy(async () => {
            made = await own.makeRoom()
          })
          return made
        },
        write: async (records, events) => {
          await own.write(records, events)
          this.unsettled += events.length
        },
      },
      settings,
    )
  }

  get size(): number {
    return this.unsettled
  }

  get waiting(): number {
    return this.unsettled - this.out
  }

  /** How many bytes of the disk its events take. */
  get bytes(): number {
    return this.adopted.reduce((sum, { bytes }) => sum + bytes, this.own.bytes)
  }

  append(event: AcceptedEvent): Promise<void> {
    return this.commit.append(event)
  }

  /** @throws {SpoolError} when the disk cannot be read; what it holds stays to be taken. */
  take(max: number): Promise<readonly AcceptedEvent[]> {
    const taking = this.taking.then(() => this.takeNext(max))
    this.taking = taking.catch(() => undefined)
    return taking
  }

  async settle(count: number): Promise<void> {
    const lanes = this.taken.settle(count)
    this.unsettled -= count
    this.out -= count
    await this.tidy(async () => {
      for (const lane of lanes) await lane.sweep()
    })
    this.commit.look()
  }

  /** Takes over the events of processes that have ended since; returns how many. */
  async adopt(): Promise<number> {
    const { files, owners, place, onNotice } = this.settings
    let found = 0
    for (const folder of await adoptFolders(files, owners, place)) {
      const { lane, unsettled, foreign } = await openLane(files, folder, this)
      for (const name of foreign) {
        onNotice(`"${join(folder, name)}" is of another version: it was left as it is.`)
      }
      this.adopted.push(lane)
      found += unsettled
    }
    this.unsettled += found
    this.replayed += found
    const names = (await files.list(place.folder)).map(({ name }) => name)
    await owners.sweep(place.folder, names)
    return found
  }

  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  lost(corruption: Corruption, known: boolean): void {
    this.corrupt += corruption.events
    if (known) this.unsettled -= corruption.events
    this.settings.onCorrupt(corruption)
  }

  skipped(events: number): void {
    this.unsettled -= events
  }

  unreadable({ path }: Segment, bytes: Buffer): void {
    const { files, place, onNotice } = this.settings
    const kept = join(place.folder, `${place.encoded}.unreadable`)
    onNotice(`${String(bytes.length)} bytes of "${path}" are no event. They are kept in "${kept}".`)
    void this.tidy(() => files.append(kept, bytes))
  }

  private async takeNext(max: number): Promise<readonly AcceptedEvent[]> {
    if (this.closing) throw new SpoolError('Cannot take events of a spool that is closed.')
    for (const lane of [...this.adopted, this.own]) {
      const run = await lane.read(max).catch((cause: unknown) => {
        const message = `Cannot read the spool "${lane.folder}": ${quoted(cause)}. No event is lost: it can be tried again. Check the disk.`
        throw new SpoolError(message, { cause })
      })
      if (run.events.length > 0) {
        this.taken.add(lane, run)
        this.out += run.events.length
        return run.events
      }
      if (this.taken.has(lane)) continue
      const gaveUp = lane.giveUp()
      if (lane !== this.own) await this.leave(lane)
      if (lane !== this.own || gaveUp) this.commit.look()
    }
    return []
  }

  /** An adopted lane is read to its end, and settled. */
  private async leave(lane: Lane): Promise<void> {
    this.adopted.splice(this.adopted.indexOf(lane), 1)
    await this.tidy(async () => {
      await lane.sweep()
      await lane.close()
    })
  }

  /** Removes what is not needed; a failure leaves it to the next time, or the next process. */
  private tidy(work: () => Promise<void>): Promise<void> {
    const tidying = this.tidying.then(work).catch((error: unknown) => {
      const { place, onNotice } = this.settings
      onNotice(`Cannot tidy the spool "${place.folder}": ${quoted(error)}. No event is lost.`)
    })
    this.tidying = tidying
    return tidying
  }

  private async end(): Promise<void> {
    await this.commit.close()
    await this.taking
    for (const lane of [...this.adopted, this.own]) await this.tidy(() => lane.close())
    await this.settings.release()
  }
}
