import { Allowed, Flag, Optional } from '../../options/rules'
import { isTimestamp } from '../../generator/name'
import { MigrationFlags } from './migration'

/** The options of `generate`. */
export class GenerateFlags extends MigrationFlags {
  @Optional()
  @Flag()
  readonly all?: boolean

  @Optional()
  @Flag()
  readonly allTables?: boolean

  @Optional()
  @Flag()
  readonly drifted?: boolean

  @Optional()
  @Flag()
  readonly list?: boolean

  @Optional()
  @Allowed('milliseconds since 1970, 13 digits', (value) => isTimestamp(Number(value)))
  readonly timestamp?: string

  @Optional()
  @Flag()
  readonly single?: boolean

  @Optional()
  @Flag()
  readonly again?: boolean

  @Optional()
  @Flag()
  readonly check?: boolean
}
