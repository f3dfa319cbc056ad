import { Callback, Count, Names, Optional, Signal } from '../options/rules'
import { TimeRules } from '../options/time-rules'
import type { VerifyOptions } from './verify'

/** What `verifySequences` takes. */
export class VerifyRules extends TimeRules implements Record<keyof VerifyOptions, unknown> {
  @Optional()
  @Names('entity names')
  entities: unknown

  @Optional()
  @Names('tables, each as [schema.]table')
  tables: unknown

  @Optional()
  @Names('schema names')
  schemas: unknown

  @Optional()
  @Count(1)
  jobs: unknown

  @Optional()
  @Signal()
  signal: unknown

  @Optional()
  @Callback()
  onProgress: unknown
}
