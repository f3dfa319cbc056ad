import { QueueFullError, WriterClosedError } from '../errors'
import type { AcceptedEvent } from './accepted-event'
import type { EventQueue, WhenFull } from './event-queue'
import { Line } from './line'

const ADMITTED_AT_ONCE = 50

interface Blocked {
  readonly event: AcceptedEvent
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Accepted events in memory: a process that ends takes them with it. */
export class MemoryQueue implements EventQueue {
  private readonly events = new Line<AcceptedEvent>()
  private readonly blocked = new Line<Blocked>()
  private taken = 0
  private closed = false

  constructor(
    private readonly options: { readonly maxQueueSize: number; readonly whenFull: WhenFull },
  ) {}

  get size(): number {
    return this.events.length + this.taken
  }

  get waiting(): number {
    return this.events.length
  }

  append(event: AcceptedEvent): Promise<void> {
    const { maxQueueSize, whenFull } = this.options
    return new Promise((resolve, reject) => {
      if (this.closed) reject(closedError())
      else if (this.size < maxQueueSize) {
        this.events.push(event)
        resolve()
      } else if (whenFull === 'block') this.blocked.push({ event, resolve, reject })
      else {
        reject(
          new QueueFullError(
            `The queue is full: ${String(maxQueueSize)} events are not written yet (maxQueueSize). The event was not kept. Wait for some to be written, or raise maxQueueSize.`,
          ),
        )
      }
    })
  }

  take(max: number): Promise<readonly AcceptedEvent[]> {
    const events = this.events.take(max)
    this.taken += events.length
    return Promise.resolve(events)
  }

  settle(count: number): Promise<void> {
    this.taken -= Math.min(count, this.taken)
    this.admit()
    return Promise.resolve()
  }

  /** Lets in those that wait, a few at a time: each will bring its next event, and the server's answers are not to wait for all of that. */
  private admit(): void {
    const room = Math.min(this.options.maxQueueSize - this.size, ADMITTED_AT_ONCE)
    for (const { event, resolve } of this.blocked.take(room)) {
      this.events.push(event)
      resolve()
    }
    if (this.blocked.length > 0 && this.size < this.options.maxQueueSize) {
      setImmediate(() => {
        this.admit()
      })
    }
  }

  /** Refuses those that wait for room; what it holds can still be taken. */
  close(): Promise<void> {
    this.closed = true
    for (const { reject } of this.blocked.take(Infinity)) reject(closedError())
    return Promise.resolve()
  }
}

function closedError(): WriterClosedError {
  return new WriterClosedError('Cannot keep an event: the queue is closed. It was not kept.')
}
