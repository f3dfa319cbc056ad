import { Count, Optional } from '../options/rules'
import { ResyncRules } from '../sequences/resync-rules'
import { VerifyRules } from '../sequences/verify-rules'

/** What `verifyFleet` takes. */
export class VerifyFleetRules extends VerifyRules {
  @Optional()
  @Count(1)
  maxConnections: unknown
}

/** What `resyncFleet` takes. */
export class ResyncFleetRules extends ResyncRules {
  @Optional()
  @Count(1)
  maxConnections: unknown
}
