import { Allowed, Callback, Count, Optional, Text, Time } from '../options/rules'
import { VerifyRules } from '../sequences/verify-rules'
import type { WatchOptions } from './watch-options'

/** Tells whether a number is one of a port. */
export function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535
}

/** What `watchSequences` takes. */
export class WatchRules extends VerifyRules implements Record<keyof WatchOptions, unknown> {
  @Optional()
  @Time()
  interval: unknown

  @Optional()
  @Time()
  checkTimeout: unknown

  @Optional()
  @Text('an address')
  host: unknown

  @Optional()
  @Allowed('a port, 0 to 65535', isPort)
  port: unknown

  @Optional()
  @Count()
  worst: unknown

  @Optional()
  @Text('a file')
  history: unknown

  @Optional()
  @Callback()
  onChange: unknown
}
