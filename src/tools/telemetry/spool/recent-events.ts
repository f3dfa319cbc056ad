import type { AcceptedEvent } from '../accepted-event'
import type { Run } from './lane-reader'

/** The newest events, also in memory, so that a reader who keeps up needs no disk; at most `max`. */
export class RecentEvents {
  /** The sequence number after the last that is here or was taken: from there on they are on disk alone. */
  end = 1
  private readonly events: AcceptedEvent[] = []

  constructor(private readonly max: number) {}

  /** Adds events, if they follow on, and fit; tells whether it did. */
  add(first: number, events: readonly AcceptedEvent[]): boolean {
    if (first !== this.end || this.events.length + events.length > this.max) return false
    for (const event of events) this.events.push(event)
    this.end += events.length
    return true
  }

  /** The sequence number of the first that is here. */
  get start(): number {
    return this.end - this.events.length
  }

  take(max: number): Run {
    return { first: this.start, events: this.events.splice(0, max) }
  }
}
