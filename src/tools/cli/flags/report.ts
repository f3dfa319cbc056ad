import { Flag, Text } from '../../options/rules'
import { SelectorFlags } from './selectors'

/** The options of `report`. */
export class ReportFlags extends SelectorFlags {
  @Text('a file, or - for standard output')
  readonly html: string

  @Flag()
  readonly diagnose: boolean
}
