import { Flag, Optional, Text } from '../../options/rules'
import { ColumnFlags } from './selectors'
import { Folder } from './source'

/** The options of `report`. */
export class ReportFlags extends ColumnFlags {
  @Text('a file, or - for standard output')
  readonly html: string

  @Optional()
  @Text('a file')
  readonly history?: string

  @Optional()
  @Folder()
  readonly source?: string | false

  @Flag()
  readonly diagnose: boolean
}
