import { isDataSource } from '../db/session'
import { Allowed, Callback, Clock, Count, Flag, Optional, Time } from '../options/rules'
import type { GuardOptions } from './guard-options'

/** What `guardDataSource` takes. */
export class GuardRules implements Record<keyof GuardOptions, unknown> {
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
  @Allowed('a bigint, 0n or more', (value) => typeof value === 'bigint' && value >= 0n)
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
