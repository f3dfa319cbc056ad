import { Clock, Names, Optional, Time } from '../options/rules'
import type { VerifyOptions } from './verify'

/** What `verifySequences` takes. */
export class VerifyRules implements Record<keyof VerifyOptions, unknown> {
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
  @Time()
  lockTimeout: unknown

  @Optional()
  @Time()
  statementTimeout: unknown

  @Optional()
  @Clock()
  now: unknown
}
