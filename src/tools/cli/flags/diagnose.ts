import { Allowed, Flag, Optional, Text } from '../../options/rules'
import { SelectorFlags } from './selectors'

/** The options of `diagnose`. */
export class DiagnoseFlags extends SelectorFlags {
  @Optional()
  @Allowed('a folder', (value) => value === false || (typeof value === 'string' && value !== ''))
  readonly source?: string | false

  @Optional()
  @Text('a file')
  readonly history?: string

  @Optional()
  @Flag()
  readonly trap?: boolean

  @Optional()
  @Text('a folder')
  readonly out?: string

  @Optional()
  @Flag()
  readonly outputJs?: boolean

  @Optional()
  @Flag()
  readonly esm?: boolean

  @Optional()
  @Flag()
  readonly dryRun?: boolean
}
