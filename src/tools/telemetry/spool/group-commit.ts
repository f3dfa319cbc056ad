import { setImmediate as afterCallbacks } from 'node:timers/promises'
import { quoted } from '../../db/sqlstate'
import { QueueFullError, SpoolError } from '../../errors'
import type { AcceptedEvent } from '../accepted-event'
import type { WhenFull } from '../event-queue'
import { codeOf } from './files'
import { GroupBuffer } from './group-buffer'
import { bytesFor, jsonOf } from './record'
import { Room } from './room'

/** How often a disk that fails is tried before an event is refused. */
const TRIES = 3
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT'])
interface Waiting {
  readonly event: AcceptedEvent
  readonly json: string
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Where groups of records go. */
export interface GroupTarget {
  /** The sequence number of the next record. */
  readonly next: number
  /** How many bytes it can take now. */
  readonly room: number
  /** How many it could take if it were empty. */
  readonly maxBytes: number
  /** Gives up what it holds for nothing; tells whether that made room. */
  makeRoom(): Promise<boolean>
  /** What one write takes at most. */
  readonly groupBytes: number
  /** Keeps the records: resolves when they survive the process and a loss of power. */
  write(records: Buffer, events: readonly AcceptedEvent[]): Promise<void>
}

/** Writes events in groups: those that come while a write is under way go together in the next. */
export class GroupCommit {
  private waiting: Waiting[] = []
  private readonly group = new GroupBuffer()
  private readonly room = new Room()
  private running: Promise<void> | undefined
  private closed = false
  private failures = 0
  /** What a write takes at most: less where the disk had no room for so much. */
  private most: number

  constructor(
    private readonly folder: string,
    private readonly target: GroupTarget,
    private readonly options: { readonly maxQueueSize: number; readonly whenFull: WhenFull },
  ) {
    this.most = target.groupBytes
  }

  append(event: AcceptedEvent): Promise<void> {
    const { maxQueueSize, whenFull } = this.options
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new SpoolError(`Cannot keep an event in "${this.folder}": the spool is closed.`))
      } else if (whenFull === 'reject' && this.waiting.length >= maxQueueSize) {
        reject(this.full(`${String(maxQueueSize)} events wait for the disk (maxQueueSize)`))
      } else {
        this.waiting.push({ event, json: jsonOf(event), resolve, reject })
        this.running ??= this.run()
      }
    })
  }

  /** There may be room. */
  look(): void {
    this.room.look()
  }

  /** Writes what waits, once: what there is no room for is refused. */
  async close(): Promise<void> {
    this.closed = true
    this.room.look()
    await this.running
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      // Those whose event was just kept may bring the next: they join this group.
      await afterCallbacks()
      await this.writeGroup()
    }
    this.running = undefined
  }

  private async writeGroup(): Promise<void> {
    const { group, waiting, target } = this
    group.clear()
    const { room } = target
    const most = Math.min(room, this.most)
    let { next } = target
    for (const { json } of waiting) {
      if (!group.add(next, json, group.count === 0 ? room : most)) break
      next += 1
    }
    if (group.count === 0) {
      if (!(await target.makeRoom())) await this.noRoom()
      return
    }
    const members = waiting.slice(0, group.count)
    try {
      await target.write(
        group.records,
        members.map(({ event }) => event),
      )
    } catch (error) {
      await this.failed(members.length, error)
      return
    }
    this.failures = 0
    this.most = Math.min(this.most * 2, target.groupBytes)
    this.room.found()
    this.waiting.splice(0, members.length)
    for (const { resolve } of members) resolve()
  }

  private async noRoom(): Promise<void> {
    const { maxBytes } = this.target
    if (bytesFor(this.waiting[0]?.json ?? '') > maxBytes) {
      this.refuse(
        1,
        this.full(`the event alone is larger than ${String(maxBytes)} bytes (maxBytes)`),
      )
    } else {
      const error = this.full(`it holds ${String(maxBytes)} bytes of events (maxBytes)`)
      await this.waitOrRefuse(this.waiting.length, error)
    }
  }

  private async failed(count: number, cause: unknown): Promise<void> {
    if (NO_SPACE.has(codeOf(cause) ?? '')) {
      // Half as many may find room; the segment that is written to may be all settled.
      this.most = Math.min(this.most, this.group.records.length) / 2
      if ((await this.target.makeRoom()) || count > 1) return
      const error = this.full(`its disk is: ${quoted(cause)}`, cause)
      await this.waitOrRefuse(this.waiting.length, error)
      return
    }
    this.failures += 1
    if (this.failures < TRIES && !this.closed) {
      await this.room.wait()
      return
    }
    this.failures = 0
    const message = `Cannot write to the spool "${this.folder}": ${quoted(cause)}. The event was not kept. Check the disk.`
    this.refuse(count, new SpoolError(message, { cause }))
  }

  private async waitOrRefuse(count: number, error: Error): Promise<void> {
    if (this.options.whenFull === 'reject' || this.closed) this.refuse(count, error)
    else await this.room.wait()
  }

  private refuse(count: number, error: Error): void {
    for (const { reject } of this.waiting.splice(0, count)) reject(error)
  }

  private full(reason: string, cause?: unknown): QueueFullError {
    return new QueueFullError(
      `The spool "${this.folder}" is full: ${reason}. The event was not kept. Make room, or raise the limit.`,
      { cause },
    )
  }
}
