import { Allowed, Clock, Flag, Names, OneOf, Optional, Text, Time } from '../options/rules'
import type { GenerateOptions } from './generate'
import { isTimestamp } from './name'
import { LANGUAGES } from './render'

/** What `generateResyncMigrations` takes. */
export class GenerateRules implements Record<keyof GenerateOptions, unknown> {
  @Optional()
  @Names('entity names')
  entities: unknown

  @Optional()
  @Names('tables, each as [schema.]table')
  tables: unknown

  @Optional()
  @Flag()
  allTables: unknown

  @Optional()
  @Names('schema names')
  schemas: unknown

  @Optional()
  @Flag()
  drifted: unknown

  @Optional()
  @Time()
  lockTimeout: unknown

  @Optional()
  @Time()
  statementTimeout: unknown

  @Optional()
  @Text('a folder')
  folder: unknown

  @Optional()
  @Allowed('milliseconds since 1970, 13 digits', isTimestamp)
  timestamp: unknown

  @Optional()
  @Clock()
  now: unknown

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
