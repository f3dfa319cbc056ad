import { join } from 'node:path'
import type { EntityTarget, ObjectLiteral } from 'typeorm'
import { ExtractionTelemetryV2 } from '../../entities/extraction-telemetry-v2'
import { UsageError } from '../errors'
import { validated } from '../options/validated'
import type { Backoff } from './backoff'
import type { WhenFull } from './event-queue'
import type { WriterHandlers } from './writer-events'
import { WriterRules } from './writer-rules'

/** How a writer queues, writes and tells. */
export interface WriterOptions extends WriterHandlers {
  /** The most events that wait at once. Default: 5,000. */
  readonly maxQueueSize?: number | undefined
  /** The most events of one transaction. Default: 1,000. */
  readonly maxBatchSize?: number | undefined
  /** How long an event waits for others to be written with it. Default: 1,000. */
  readonly scheduledDelayMillis?: number | undefined
  /** What `record()` does while the queue is full: wait, or throw a QueueFullError. Default: `block`. */
  readonly whenFull?: WhenFull | undefined
  /** A folder where accepted events are kept until they are written, so that they outlive the process. Default: none, they are kept in memory. */
  readonly spool?: string | undefined
  /** The most bytes that the spool holds. */
  readonly maxSpoolBytes?: number | undefined
  /** The file for events that the database refuses, as JSON lines. Default: `dead-letters.jsonl` in the spool; without one, none. */
  readonly deadLetters?: string | undefined
  /** The longest wait before the first new try; it doubles with each. The actual wait is drawn at random. Default: 100. */
  readonly initialBackoffMillis?: number | undefined
  /** The longest wait of all. Default: 30,000. */
  readonly maxBackoffMillis?: number | undefined
  /** How long one statement may run: `500ms`, `5s`. */
  readonly statementTimeout?: string | undefined
  /** Another entity than ExtractionTelemetryV2 … */
  readonly entity?: EntityTarget<ObjectLiteral> | undefined
  /** … and its property that holds the unique id of an event. */
  readonly eventId?: string | undefined
  /** What `at` of a dead letter is. Default: the system's clock. */
  readonly now?: (() => Date) | undefined
}

/** How `shutdown` ends. */
export interface ShutdownOptions {
  /** How long to go on writing. Default: 10,000. */
  readonly timeoutMillis?: number | undefined
}

/** Options that were checked, with their defaults. */
export interface WriterSettings extends Pick<WriterOptions, 'maxSpoolBytes' | 'statementTimeout'> {
  readonly maxQueueSize: number
  readonly maxBatchSize: number
  readonly scheduledDelayMillis: number
  readonly whenFull: WhenFull
  readonly now: () => Date
  readonly entity: EntityTarget<ObjectLiteral>
  readonly eventId: string
  readonly spool: string | null
  readonly deadLetters: string | null
  readonly backoff: Backoff
  readonly handlers: WriterHandlers
}

/** Checks a writer's options and fills in what they leave out. @throws {UsageError} that names every one that is wrong. */
export function writerSettings(options: WriterOptions): WriterSettings {
  const given = validated(WriterRules, options)
  const { spool = null, initialBackoffMillis = 100, maxBackoffMillis = 30_000 } = given
  if (given.maxSpoolBytes !== undefined && spool === null) {
    throw new UsageError(
      'Cannot use option maxSpoolBytes without option spool. Nothing was changed. Set spool to a folder.',
    )
  }
  if ((given.entity === undefined) !== (given.eventId === undefined)) {
    throw new UsageError(
      'Cannot use one of the options entity and eventId without the other. Nothing was changed. Set both.',
    )
  }
  return {
    ...given,
    entity: given.entity ?? ExtractionTelemetryV2,
    eventId: given.eventId ?? 'eventUid',
    now: given.now ?? (() => new Date()),
    maxQueueSize: given.maxQueueSize ?? 5_000,
    maxBatchSize: given.maxBatchSize ?? 1_000,
    scheduledDelayMillis: given.scheduledDelayMillis ?? 1_000,
    whenFull: given.whenFull ?? 'block',
    spool,
    deadLetters: given.deadLetters ?? (spool === null ? null : join(spool, 'dead-letters.jsonl')),
    backoff: {
      baseMillis: initialBackoffMillis,
      capMillis: Math.max(initialBackoffMillis, maxBackoffMillis),
    },
    handlers: given,
  }
}
