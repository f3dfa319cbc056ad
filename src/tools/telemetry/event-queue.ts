import type { AcceptedEvent } from './accepted-event'

/** What to do with an event for which there is no room: wait for some, or refuse it with a {@link QueueFullError}. */
export type WhenFull = 'block' | 'reject'

/** Accepted events on their way to the database, in order; in memory or on disk. */
export interface EventQueue {
  /** How many are accepted and not settled. */
  readonly size: number
  /** How many of these were not taken yet. */
  readonly waiting: number
  /**
   * Resolves when the event is kept.
   *
   * @throws {QueueFullError} when there is no room, and the queue is to refuse.
   */
  append(event: AcceptedEvent): Promise<void>
  /** Returns the next events, at most `max`, that were not taken yet; none where none waits. */
  take(max: number): Promise<readonly AcceptedEvent[]>
  /** The oldest `count` of those taken are written or dead-lettered: they are kept no longer. */
  settle(count: number): Promise<void>
  /** Gives back what it holds of the machine. What is not settled stays where it is: on disk, for the next to open it. */
  close(): Promise<void>
}
