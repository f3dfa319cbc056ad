import type { MigrationLanguage } from '../../generator/render'
import { Flag, Optional, Text } from '../../options/rules'
import { SelectorFlags } from './selectors'

/** The options of what writes migrations. */
export class MigrationFlags extends SelectorFlags {
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

/** Returns the language that they name. */
export function language({
  outputJs,
  esm,
}: Pick<MigrationFlags, 'outputJs' | 'esm'>): MigrationLanguage {
  if (!outputJs) return 'ts'
  return esm ? 'esm' : 'js'
}
