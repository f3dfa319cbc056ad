import { Allowed, Optional, Text } from '../options/rules'
import { VerifyRules } from '../sequences/verify-rules'
import type { DiagnoseOptions } from './diagnose'

/** What `diagnoseSequences` takes. */
export class DiagnoseRules extends VerifyRules implements Record<keyof DiagnoseOptions, unknown> {
  @Optional()
  @Text('a folder')
  source: unknown

  @Optional()
  @Allowed(
    'a history',
    (value) => typeof (value as { pointsOf?: unknown } | null)?.pointsOf === 'function',
  )
  history: unknown
}
