import { Allowed, Flag, Optional, Text } from '../../options/rules'
import { isTimestamp } from '../../generator/name'
import type { MigrationLanguage } from '../../generator/render'
import { SelectorFlags } from './selectors'

/** The options of `generate`. */
export class GenerateFlags extends SelectorFlags {
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

/** Returns the language that the options of a command name, which writes migrations. */
export function language({
  outputJs,
  esm,
}: Pick<GenerateFlags, 'outputJs' | 'esm'>): MigrationLanguage {
  if (!outputJs) return 'ts'
  return esm ? 'esm' : 'js'
}
