import { Allowed, Callback, Flag, Optional, Signal, Text } from '../options/rules'
import { TimeRules } from '../options/time-rules'
import type { ScanLogsOptions } from './scan-logs'
import { isSince } from './since'

/** What `scanLogs` takes. */
export class ScanLogsRules extends TimeRules implements Record<keyof ScanLogsOptions, unknown> {
  @Optional()
  @Text('a log_line_prefix, as the server has it')
  logLinePrefix: unknown

  @Optional()
  @Allowed('a time such as 2h, 1d, 2026-11-23 or 2026-11-23T12:00:00Z', isSince)
  since: unknown

  @Optional()
  @Flag()
  showValues: unknown

  @Optional()
  @Flag()
  follow: unknown

  @Optional()
  @Signal()
  signal: unknown

  @Optional()
  @Callback()
  onFollow: unknown

  @Optional()
  @Allowed('a DataSource, a QueryRunner or a pg client', (value) => typeof value === 'object')
  target: unknown

  @Optional()
  @Allowed('a stream', (value) => typeof value === 'object' && value !== null)
  stdin: unknown

  @Optional()
  @Allowed('a number of bytes', (value) => Number.isSafeInteger(value) && Number(value) > 0)
  chunkSize: unknown
}
