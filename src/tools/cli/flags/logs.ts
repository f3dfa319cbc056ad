import { Allowed, Flag, OneOf, Optional, Text, Time } from '../../options/rules'
import { isSince } from '../../logs/since'
import { TargetFlags } from './selectors'

const FORMATS = ['table', 'json'] as const

/** The options of `logs`. */
export class LogsFlags extends TargetFlags {
  @Optional()
  @Text('a log_line_prefix, as the server has it')
  readonly logLinePrefix?: string

  @Optional()
  @Allowed('a time such as 2h, 1d, 2026-11-23 or 2026-11-23T12:00:00Z', isSince)
  readonly since?: string

  @Optional()
  @Flag()
  readonly follow?: boolean

  @Optional()
  @Flag()
  readonly showValues?: boolean

  @Time()
  readonly lockTimeout: string

  @Time()
  readonly statementTimeout: string

  @OneOf(FORMATS)
  readonly format: (typeof FORMATS)[number]
}
