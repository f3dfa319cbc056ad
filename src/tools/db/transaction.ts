import type { Session } from './session'

/** How long a statement may wait or run, as PostgreSQL writes it: `500ms`, `5s`. */
export interface Timeouts {
  /** How long to wait for a lock. Default: `2s`. */
  readonly lockTimeout?: string
  /** How long one statement may run, waiting included. Default: `60s`. */
  readonly statementTimeout?: string
}

/** Writers queue behind a lock that is asked for, so this bounds how long we can make them wait. */
export const DEFAULT_LOCK_TIMEOUT = '2s'
/** Enough for max() over an unindexed column of some 100 million rows. */
export const DEFAULT_STATEMENT_TIMEOUT = '60s'

const SET_TIMEOUTS = `select pg_catalog.set_config('lock_timeout', $1, true), pg_catalog.set_config('statement_timeout', $2, true),
  pg_catalog.set_config('row_security', $3, true)`

const READ_TIMEOUTS = `select pg_catalog.current_setting('lock_timeout') as lock, pg_catalog.current_setting('statement_timeout') as statement,
  pg_catalog.current_setting('row_security') as row_security`

/**
 * Runs `work` in a transaction of its own, read committed, with timeouts, and with row security an error rather than a filter:
 * a hidden row would make max() too low. Inside the caller's transaction it runs in a savepoint instead, and leaves
 * the caller's settings as they were. All settings are local (SET LOCAL): a pooler may hand this connection to somebody else.
 */
export async function inTransaction<T>(
  session: Session,
  mode: 'read only' | 'read write',
  timeouts: Timeouts,
  work: () => Promise<T>,
): Promise<T> {
  const wanted = [
    timeouts.lockTimeout ?? DEFAULT_LOCK_TIMEOUT,
    timeouts.statementTimeout ?? DEFAULT_STATEMENT_TIMEOUT,
    'off',
  ]
  if (session.inTransaction()) return inSavepoint(session, wanted, work)
  // Read committed: under repeatable read, max() could be older than the sequence.
  await session.query(`begin isolation level read committed ${mode}`)
  try {
    await session.query(SET_TIMEOUTS, wanted)
    const result = await work()
    await session.query('commit')
    return result
  } catch (error) {
    await rolledBack(session, 'rollback')
    throw error
  }
}

async function inSavepoint<T>(
  session: Session,
  wanted: string[],
  work: () => Promise<T>,
): Promise<T> {
  await session.query('savepoint typeorm_resync')
  try {
    const [before] = await session.query<{ lock: string; statement: string; row_security: string }>(
      READ_TIMEOUTS,
    )
    await session.query(SET_TIMEOUTS, wanted)
    const result = await work()
    if (before)
      await session.query(SET_TIMEOUTS, [before.lock, before.statement, before.row_security])
    await session.query('release savepoint typeorm_resync')
    return result
  } catch (error) {
    await rolledBack(session, 'rollback to savepoint typeorm_resync')
    throw error
  }
}

async function rolledBack(session: Session, statement: string): Promise<void> {
  try {
    await session.query(statement)
  } catch {
    // The connection is gone, and the transaction with it; the first error says why.
  }
}
