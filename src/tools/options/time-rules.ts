import { Clock, Optional, Time } from './rules'

/** How long to wait, and by which clock. */
export class TimeRules {
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
