import { QueueFullError } from '../../../src/tools/errors'
import type { AcceptedEvent } from '../../../src/tools/telemetry/accepted-event'
import type { EventQueue, WhenFull } from '../../../src/tools/telemetry/event-queue'

/** The least queue there can be. Opened again on the same array it stands for a spool that another process left. */
export class ArrayQueue implements EventQueue {
  private taken = 0
  private readonly room: (() => void)[] = []

  constructor(
    private readonly events: AcceptedEvent[],
    private readonly maxQueueSize = 10_000,
    private readonly whenFull: WhenFull = 'block',
  ) {}

  get size(): number {
    return this.events.length
  }

  get waiting(): number {
    return this.events.length - this.taken
  }

  async append(event: AcceptedEvent): Promise<void> {
    while (this.size >= this.maxQueueSize) {
      if (this.whenFull === 'reject') throw new QueueFullError('full')
      await new Promise<void>((resolve) => this.room.push(resolve))
    }
    this.events.push(event)
  }

  take(max: number): Promise<readonly AcceptedEvent[]> {
    const next = this.events.slice(this.taken, this.taken + max)
    this.taken += next.length
    return Promise.resolve(next)
  }

  settle(count: number): Promise<void> {
    this.events.splice(0, count)
    this.taken -= count
    for (const resolve of this.room.splice(0)) resolve()
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
