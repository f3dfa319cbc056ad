import { IsolationError } from '../errors'
import { durationMillis, MOST_MILLIS } from './duration'
import { quoteLiteral } from './quoting'
import type { Session } from './session'
import { messageOf, SQLSTATE, sqlstateOf } from './sqlstate'
import { raiseIfStale } from './stale-snapshot'

/** How long a statement may wait or run, as PostgreSQL writes it: `500ms`, `5s`. */
export interface Timeouts {
  /** How long to wait for a lock. Default: `2s`. */
  readonly lockTimeout?: string | undefined
  /** How long one statement may run, waiting included. Default: `60s`. */
  readonly statementTimeout?: string | undefined
}

/** Writers queue behind a lock that is asked for, so this bounds how long we can make them wait. */
export const DEFAULT_LOCK_TIMEOUT = '2s'
/** Enough for max() over an unindexed column of tens of millions of rows, which a repair reads two times or more. */
export const DEFAULT_STATEMENT_TIMEOUT = '60s'

/**
 * Outside a transaction a statement begins one, at the same moment; inside, the transaction began before. Asked of the server, because a
 * QueryRunner does not know of a BEGIN that was sent as plain SQL. Without parameters: they would make it several messages, each with its moment.
 */
const IN_TRANSACTION = `select pg_catalog.now() <> pg_catalog.statement_timestamp() as inside`

/** A transaction that holds a lock must not outlive a client that hangs. */
const SET_IDLE_TIMEOUT = `set local idle_in_transaction_session_timeout = '10s'`

/** SET takes no parameters; a `set_config` that does would be one message more for each of thousands of transactions. */
function setTimeouts({ lockTimeout, statementTimeout }: Timeouts): string {
  const lock = quoteLiteral(lockTimeout ?? DEFAULT_LOCK_TIMEOUT)
  const statement = quoteLiteral(statementTimeout ?? DEFAULT_STATEMENT_TIMEOUT)
  return `set local lock_timeout = ${lock}; set local statement_timeout = ${statement}; set local row_security = off`
}

const ASSERT_FRESH = `do $fresh$ begin ${raiseIfStale(`'Cannot compare sequences here'`)} end $fresh$`

/**
 * Runs `work` in a transaction of its own, read committed, with timeouts, and with row security an error rather than a filter:
 * a hidden row would make max() too low. Inside the caller's transaction it runs in a savepoint instead, which is then rolled back: that
 * puts the caller's settings back and ends the locks, and leaves where sequences were moved to, which is never rolled back. All settings
 * are local (SET LOCAL): a pooler may hand this connection to somebody else.
 *
 * @param work - is told whether the transaction is its own
 * @param opening - a statement to begin with, in the same message
 * @throws {IsolationError} when the caller's transaction is repeatable read or serializable and others have committed since it began:
 *   its max() may be older than the sequence.
 */
export async function inTransaction<T>(
  session: Session,
  mode: 'read only' | 'read write',
  timeouts: Timeouts,
  work: (own: boolean) => Promise<T>,
  opening?: string,
): Promise<T> {
  const settings = [setTimeouts(timeouts), ...(opening === undefined ? [] : [opening])].join('; ')
  const before = session.patience
  session.patience = patienceFor(timeouts)
  try {
    return await inOwnOrSavepoint(session, mode, settings, work)
  } finally {
    session.patience = before
  }
}

/** The server's own timeout comes first, and says more. */
const GRACE = 10_000

function patienceFor({ statementTimeout = DEFAULT_STATEMENT_TIMEOUT }: Timeouts): number {
  const millis = durationMillis(statementTimeout)
  return Math.min(millis + GRACE, MOST_MILLIS)
}

async function inOwnOrSavepoint<T>(
  session: Session,
  mode: 'read only' | 'read write',
  settings: string,
  work: (own: boolean) => Promise<T>,
): Promise<T> {
  const isInside = !session.isFree && (await isInTransaction(session))
  if (isInside) return inSavepoint(session, settings, () => work(false))
  session.isFree = false
  const ends = { success: 'commit', failure: 'rollback' }
  const result = await endedBy(session, ends, async () => {
    // Whatever the default is: under repeatable read, max() could be older than the sequence.
    await session.query(
      `begin isolation level read committed ${mode}; ${SET_IDLE_TIMEOUT}; ${settings}`,
    )
    return work(true)
  })
  session.isFree = session.isOurs === true
  return result
}

/** Tells whether a transaction is open on the session, also one that the client's library knows nothing of. */
export async function isInTransaction(session: Session): Promise<boolean> {
  const [state] = await session.query<{ inside: boolean }>(IN_TRANSACTION)
  return state?.inside ?? false
}

async function inSavepoint<T>(
  session: Session,
  settings: string,
  work: () => Promise<T>,
): Promise<T> {
  const back = 'rollback to savepoint typeorm_resync; release savepoint typeorm_resync'
  await session.query('savepoint typeorm_resync')
  return endedBy(session, { success: back, failure: back }, async () => {
    await session.query(settings)
    const result = await work()
    await assertFresh(session)
    return result
  })
}

async function assertFresh(session: Session): Promise<void> {
  try {
    await session.query(ASSERT_FRESH)
  } catch (cause) {
    if (sqlstateOf(cause) !== SQLSTATE.objectNotInPrerequisiteState) throw cause
    throw new IsolationError(
      `${messageOf(cause)} Call it outside the transaction, or in read committed.`,
      { cause },
    )
  }
}

async function endedBy<T>(
  session: Session,
  ends: { readonly success: string; readonly failure: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work()
    await session.query(ends.success)
    return result
  } catch (error) {
    try {
      await session.query(ends.failure)
    } catch {
      // The connection is gone, and the transaction with it; the first error says why.
    }
    throw error
  }
}
