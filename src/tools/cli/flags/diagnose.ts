import { Flag, Optional, Text } from '../../options/rules'
import { SelectorFlags } from './selectors'

/** The options of `diagnose`. */
export class DiagnoseFlags extends SelectorFlags {
  @Optional()
  @Text('a folder')
  readonly source?: string

  @Optional()
  @Flag()
  readonly trap?: boolean

  @Optional()
  @Text('a folder')
  readonly out?: string
}
