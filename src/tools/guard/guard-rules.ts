import { isDataSource } from '../db/session'
import { Allowed, Callback, Count, Flag, Gap, Optional } from '../options/rules'
import { TimeRules } from '../options/time-rules'
import type { GuardOptions } from './guard-options'

/** What `guardDataSource` takes. */
export class GuardRules extends TimeRules implements Record<keyof GuardOptions, unknown> {
  @Optional()
  @Count()
  maxRetries: unknown

  @Optional()
  @Count()
  cooldownMillis: unknown

  @Optional()
  @Count()
  maxRepairsPerHour: unknown

  @Optional()
  @Gap()
  maxGap: unknown

  @Optional()
  @Count()
  verifyIntervalMillis: unknown

  @Optional()
  @Flag()
  refuseUnknown: unknown

  @Optional()
  @Allowed('a DataSource', isDataSource)
  repairDataSource: unknown

  @Optional()
  @Callback()
  onRepair: unknown

  @Optional()
  @Callback()
  onRefuse: unknown

  @Optional()
  @Callback()
  onOpen: unknown
}
