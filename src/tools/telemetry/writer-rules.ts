import {
  Allowed,
  Callback,
  Clock,
  Count,
  Millis,
  OneOf,
  Optional,
  Text,
  Time,
} from '../options/rules'
import type { ShutdownOptions, WriterOptions } from './writer-options'

/** What `TelemetryWriter` takes. */
export class WriterRules implements Record<keyof WriterOptions, unknown> {
  @Optional()
  @Count(1)
  maxQueueSize: unknown

  @Optional()
  @Count(1)
  maxBatchSize: unknown

  @Optional()
  @Millis()
  scheduledDelayMillis: unknown

  @Optional()
  @OneOf(['block', 'reject'])
  whenFull: unknown

  @Optional()
  @Text('a folder')
  spool: unknown

  @Optional()
  @Count(1)
  maxSpoolBytes: unknown

  @Optional()
  @Text('a file')
  deadLetters: unknown

  @Optional()
  @Millis(1)
  initialBackoffMillis: unknown

  @Optional()
  @Millis(1)
  maxBackoffMillis: unknown

  @Optional()
  @Time()
  statementTimeout: unknown

  @Optional()
  @Allowed('an entity, or its name', isEntity)
  entity: unknown

  @Optional()
  @Text('the name of a property')
  eventId: unknown

  @Optional()
  @Callback()
  onDeadLetter: unknown

  @Optional()
  @Callback()
  onProblem: unknown

  @Optional()
  @Callback()
  onRecovered: unknown

  @Optional()
  @Clock()
  now: unknown
}

/** What `shutdown` takes. */
export class ShutdownRules implements Record<keyof ShutdownOptions, unknown> {
  @Optional()
  @Millis()
  timeoutMillis: unknown
}

/** What TypeORM calls an EntityTarget: a class, a name, or an object that stands for one. */
function isEntity(value: unknown): boolean {
  if (typeof value === 'string') return value !== ''
  return typeof value === 'function' || (typeof value === 'object' && value !== null)
}
