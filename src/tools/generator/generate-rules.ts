import { Allowed, Flag, OneOf, Optional, Text } from '../options/rules'
import { VerifyRules } from '../sequences/verify-rules'
import type { GenerateOptions } from './generate'
import { isTimestamp } from './name'
import { LANGUAGES } from './render'

/** What `generateResyncMigrations` takes. */
export class GenerateRules extends VerifyRules implements Record<keyof GenerateOptions, unknown> {
  @Optional()
  @Flag()
  allTables: unknown

  @Optional()
  @Flag()
  drifted: unknown

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
  single: unknown

  @Optional()
  @Flag()
  again: unknown

  @Optional()
  @Flag()
  dryRun: unknown
}
