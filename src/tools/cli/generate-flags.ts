import { Allowed, Flag, Names, OneOf, Optional, Text } from '../options/rules'
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
  @Flag()
  readonly drifted?: boolean

  @Optional()
  @Flag()
  readonly list?: boolean

  @OneOf(FORMATS)
  readonly format: (typeof FORMATS)[number]

  @Optional()
  @Text('a folder')
  readonly out?: string

  @Optional()
  @Allowed('milliseconds since 1970, 13 digits', (value) => /^\d{13}$/.test(String(value)))
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
