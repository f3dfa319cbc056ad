import { Allowed, Flag, Optional, Text } from '../options/rules'
import { VerifyRules } from '../sequences/verify-rules'
import type { ReportOptions } from './report-sequences'

/** What `reportSequences` takes. */
export class ReportRules extends VerifyRules implements Record<keyof ReportOptions, unknown> {
  @Optional()
  @Flag()
  diagnose: unknown

  @Optional()
  @Text('a folder')
  source: unknown

  @Optional()
  @Allowed(
    'an object with a method pointsOf',
    (value) => typeof (value as { pointsOf?: unknown } | null)?.pointsOf === 'function',
  )
  history: unknown
}
