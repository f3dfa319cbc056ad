import { Flag, Gap, Optional } from '../options/rules'
import { VerifyRules } from '../sequences/verify-rules'
import type { CompareOptions } from './compare'
import type { RaiseOptions } from './raise'

/** What `compareSequences` takes. */
export class CompareRules extends VerifyRules implements Record<keyof CompareOptions, unknown> {}

/** What `raiseSequences` takes. */
export class RaiseRules extends CompareRules implements Record<keyof RaiseOptions, unknown> {
  @Optional()
  @Gap()
  headroom: unknown

  @Optional()
  @Gap()
  maxGap: unknown

  @Optional()
  @Flag()
  force: unknown

  @Optional()
  @Flag()
  dryRun: unknown
}
