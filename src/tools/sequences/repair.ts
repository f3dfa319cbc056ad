import type { ResolvedColumn } from '../catalog/columns'
import type { Session } from '../db/session'
import { inTransaction, type Timeouts } from '../db/transaction'
import type { Method } from './plan'
import { METHOD_SETTING, repairSql } from './repair-sql'

const READ_METHOD = `select pg_catalog.current_setting('${METHOD_SETTING}') as method`

/**
 * Runs the repair of one column, in a transaction of its own (in a savepoint inside the caller's). The only place that writes.
 *
 * @returns how the sequence was moved; null where it was not behind any more.
 */
export async function repairColumn(
  session: Session,
  column: ResolvedColumn,
  options: Timeouts & { readonly force?: boolean | undefined },
): Promise<Method | null> {
  return inTransaction(session, 'read write', options, async () => {
    await session.query(repairSql({ ...column, force: options.force }))
    // A DO block returns no rows.
    const [done] = await session.query<{ method: Method | '' }>(READ_METHOD)
    return done === undefined || done.method === '' ? null : done.method
  })
}
