import { Allowed, Count, Optional } from '../options/rules'
import { ResyncRules } from '../sequences/resync-rules'
import { VerifyRules } from '../sequences/verify-rules'

function Signal(): PropertyDecorator {
  return Allowed('an AbortSignal', (value) => value instanceof AbortSignal)
}

/** What `verifyFleet` takes. */
export class VerifyFleetRules extends VerifyRules {
  @Optional()
  @Count(1)
  maxConnections: unknown

  @Optional()
  @Signal()
  signal: unknown
}

/** What `resyncFleet` takes. */
export class ResyncFleetRules extends ResyncRules {
  @Optional()
  @Count(1)
  maxConnections: unknown

  @Optional()
  @Signal()
  signal: unknown
}
