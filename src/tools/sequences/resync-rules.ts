import { Allowed, Flag, Optional } from '../options/rules'
import type { ResyncOptions } from './resync'
import { VerifyRules } from './verify-rules'

/** What `resyncSequences` takes. */
export class ResyncRules extends VerifyRules implements Record<keyof ResyncOptions, unknown> {
  @Optional()
  @Allowed('a bigint, 0n or more', (value) => typeof value === 'bigint' && value >= 0n)
  maxGap: unknown

  @Optional()
  @Flag()
  force: unknown

  @Optional()
  @Flag()
  dryRun: unknown
}
