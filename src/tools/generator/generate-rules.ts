import { Flag, Optional } from '../options/rules'
import type { GenerateOptions } from './generate'
import { MigrationRules } from './migration-rules'

/** What `generateResyncMigrations` takes. */
export class GenerateRules
  extends MigrationRules
  implements Record<keyof GenerateOptions, unknown>
{
  @Optional()
  @Flag()
  allTables: unknown

  @Optional()
  @Flag()
  drifted: unknown

  @Optional()
  @Flag()
  single: unknown

  @Optional()
  @Flag()
  again: unknown
}
