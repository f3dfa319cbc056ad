import { isTimestamp } from '../../generator/name'
import { LANGUAGES } from '../../generator/render'
import { Allowed, Flag, OneOf, Optional, Text } from '../../options/rules'
import { VerifyRules } from '../../sequences/verify-rules'
import type { TrapOptions } from './write-trap'

/** What `writeTrap` takes. */
export class TrapRules extends VerifyRules implements Record<keyof TrapOptions, unknown> {
  @Optional()
  @Text('a folder')
  folder: unknown

  @Optional()
  @Allowed('milliseconds since 1970, 13 digits', isTimestamp)
  timestamp: unknown

  @Optional()
  @OneOf(LANGUAGES)
  language: unknown

  @Optional()
  @Flag()
  dryRun: unknown
}
