import { Flag, Optional, Text } from '../../options/rules'
import { MigrationFlags } from './migration'
import { Folder } from './source'

/** The options of `diagnose`. */
export class DiagnoseFlags extends MigrationFlags {
  @Optional()
  @Folder()
  readonly source?: string | false

  @Optional()
  @Text('a file')
  readonly history?: string

  @Optional()
  @Flag()
  readonly trap?: boolean
}
