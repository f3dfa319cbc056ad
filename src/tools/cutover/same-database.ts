import { randomBytes } from 'node:crypto'
import type { Server } from '../catalog/server'
import type { Session } from '../db/session'
import { inTransaction, type Timeouts } from '../db/transaction'
import { UsageError } from '../errors'

const HOLD = `select pg_catalog.pg_advisory_xact_lock($1::bigint)`

const TRY = `select pg_catalog.pg_try_advisory_xact_lock($1::bigint) as free`

/**
 * Tells whether two sessions are in one database of one server. One of them holds an advisory lock, with a number that nobody else has, and the other asks for it:
 * these locks are a database's, and no other server has them. A URL proves nothing (names, addresses, poolers), nor does the system's identifier, which a
 * promoted standby shares with its primary. The locks end with their transactions, also behind a pooler.
 */
export async function isSameDatabase(
  one: Session,
  other: Session,
  timeouts: Timeouts,
): Promise<boolean> {
  const key = String(randomBytes(8).readBigInt64BE())
  return inTransaction(one, 'read only', timeouts, async () => {
    await one.query(HOLD, [key])
    return inTransaction(other, 'read only', timeouts, async () => {
      const [row] = await other.query<{ free: boolean }>(TRY, [key])
      return row?.free === false
    })
  })
}

/** Returns the error for a source that is the target, which would be compared with itself. */
export function sameDatabase(target: Server, source: Server): UsageError {
  return new UsageError(
    `Cannot compare the sequences of database "${target.database}" (role "${target.role}") with themselves: the source, database "${source.database}" (role "${source.role}"), is the same database of the same server. Nothing was changed. Name the server that is moved away from as the source.`,
  )
}
