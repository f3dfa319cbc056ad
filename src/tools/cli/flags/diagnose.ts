import { Allowed, Flag, Optional, Text } from '../../options/rules'
import { MigrationFlags } from './migration'

/** The options of `diagnose`. */
export class DiagnoseFlags extends MigrationFlags {
  @Optional()
  @Allowed('a folder', (value) => value === false || (typeof value === 'string' && value !== ''))
  readonly source?: string | false

  @Optional()
  @Text('a file')
  readonly history?: string

  @Optional()
  @Flag()
  readonly trap?: boolean
}
