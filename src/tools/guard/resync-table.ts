import { quoteQualified } from '../db/quoting'
import { oneLane } from '../db/lanes'
import { withSession, type Session, type Target } from '../db/session'
import type { TableReference } from '../db/table-name'
import { resyncIn, type Resync } from '../sequences/resync'
import type { GuardOptions } from './guard-options'

/** Repairs what is behind of one table, with the repair that `apply` runs: on the session, or by the role that may. */
export async function resyncTable(
  session: Session,
  target: Target,
  { schema, table }: TableReference,
  { repairDataSource, maxGap, lockTimeout, statementTimeout }: GuardOptions,
): Promise<Resync> {
  const tables = [quoteQualified(schema, table)]
  const options = { tables, maxGap, lockTimeout, statementTimeout, mayBeUnfed: true }
  if (!repairDataSource) return resyncIn(oneLane(session), target, options)
  return withSession(repairDataSource, (other) =>
    resyncIn(oneLane(other), repairDataSource, options),
  )
}
