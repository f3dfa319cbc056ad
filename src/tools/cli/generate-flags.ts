import { Allowed, Flag, Names, OneOf, Optional, Text, Time } from '../options/rules'
import { isTimestamp } from '../generator/name'
import { FORMATS, TargetFlags } from './flags'

/** The options of `generate`. */
export class GenerateFlags extends TargetFlags {
  @Optional()
  @Names('entity names')
  readonly entity?: string[]

  @Optional()
  @Flag()
  readonly all?: boolean

  @Optional()
  @Names('tables, each as [schema.]table')
  readonly table?: string[]

  @Optional()
  @Flag()
  readonly allTables?: boolean

  @Optional()
  @Names('schema names')
  readonly schema?: string[]

  @Optional()
  @Flag()
  readonly drifted?: boolean

  @Time()
  readonly lockTimeout: string

  @Time()
  readonly statementTimeout: string

  @Optional()
  @Flag()
  readonly list?: boolean

  @OneOf(FORMATS)
  readonly format: (typeof FORMATS)[number]

  @Optional()
  @Text('a folder')
  readonly out?: string

  @Optional()
  @Allowed('milliseconds since 1970, 13 digits', (value) => isTimestamp(Number(value)))
  readonly timestamp?: string

  @Optional()
  @Flag()
  readonly single?: boolean

  @Optional()
  @Flag()
  readonly outputJs?: boolean

  @Optional()
  @Flag()
  readonly esm?: boolean

  @Optional()
  @Flag()
  readonly again?: boolean

  @Optional()
  @Flag()
  readonly dryRun?: boolean

  @Optional()
  @Flag()
  readonly check?: boolean
}
