import { Flag, Gap, Optional, Text } from '../options/rules'
import type { ResyncOptions } from './resync'
import { VerifyRules } from './verify-rules'

/** What `resyncSequences` takes. */
export class ResyncRules extends VerifyRules implements Record<keyof ResyncOptions, unknown> {
  @Optional()
  @Gap()
  maxGap: unknown

  @Optional()
  @Flag()
  force: unknown

  @Optional()
  @Flag()
  dryRun: unknown

  @Optional()
  @Text('a file')
  resume: unknown
}
