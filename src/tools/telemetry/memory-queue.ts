import { QueueFullError, WriterClosedError } from '../errors'
import type { AcceptedEvent } from './accepted-event'
import type { EventQueue, WhenFull } from './event-queue'
import { Line } from './line'

interface Waiting {
  readonly event: AcceptedEvent
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Accepted events in memory: a process that ends takes them with it. */
export class MemoryQueue implements EventQueue {
  private readonly events = new Line<AcceptedEvent>()
  private readonly waiting = new Line<Waiting>()
  private taken = 0
  private closed = false

  constructor(
    private readonly options: { readonly maxQueueSize: number; readonly whenFull: WhenFull },
  ) {}

  get size(): number {
    return this.events.length + this.taken
  }

  append(event: AcceptedEvent): Promise<void> {
    const { maxQueueSize, whenFull } = this.options
    return new Promise((resolve, reject) => {
      if (this.closed) reject(closedError())
      else if (this.size < maxQueueSize) {
        this.events.push(event)
        resolve()
      } else if (whenFull === 'block') this.waiting.push({ event, resolve, reject })
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
    for (const { event, resolve } of this.waiting.take(this.options.maxQueueSize - this.size)) {
      this.events.push(event)
      resolve()
    }
    return Promise.resolve()
  }

  /** Refuses those that wait for room; what it holds can still be taken. */
  close(): Promise<void> {
    this.closed = true
    for (const { reject } of this.waiting.take(Infinity)) reject(closedError())
    return Promise.resolve()
  }
}

function closedError(): WriterClosedError {
  return new WriterClosedError('Cannot keep an event: the queue is closed. It was not kept.')
}
