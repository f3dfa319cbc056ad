import { Allowed, Flag, OneOf, Optional, Text } from '../options/rules'
import { VerifyRules } from '../sequences/verify-rules'
import { isTimestamp } from './name'
import { LANGUAGES } from './render'

/** What all take that write migrations. */
export class MigrationRules extends VerifyRules {
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
