import type { WarningLogger } from '../warning'
import type { AcceptedEvent } from './accepted-event'
import type { WriteBatch } from './bisect'
import type { Clock } from './clock'
import type { EventQueue } from './event-queue'
import type { IsOwnKey } from './failure-kind'
import type { Measurements } from './measurements'
import type { WriterSettings } from './writer-options'

/** A queue, and what it could not read of what an earlier run left. */
export type OpenedQueue = EventQueue & { readonly corrupt?: number }

/** What a writer is put together from. */
export interface WriterParts<Event> {
  /** Checks an event and makes its row. @throws {InvalidEventError} */
  readonly accept: (event: Event) => AcceptedEvent
  readonly writeBatch: WriteBatch
  readonly isOwnKey: IsOwnKey
  /** Called before the first event, and again where it failed. */
  readonly openQueue: (settings: WriterSettings) => Promise<OpenedQueue>
  readonly logger: WarningLogger
  readonly measurements?: Measurements | undefined
  readonly clock?: Clock | undefined
}
