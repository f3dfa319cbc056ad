import { quoteLiteral } from '../../db/quoting'
import type { PgClient } from '../../db/session'

/** How long a batch may take, as PostgreSQL writes it: `500ms`, `5s`. */
export interface BatchTimeouts {
  /** How long one statement may run. Default: `30s`. */
  readonly statementTimeout?: string | undefined
  /** How long to wait for a lock. Default: `5s`. */
  readonly lockTimeout?: string | undefined
}

/** A transaction that PostgreSQL rolled back as it was told to commit; with the SQLSTATE for that, so that it is tried again like others. */
export class RolledBackError extends Error {
  readonly code = '40000'
}

/**
 * Runs `work` in a transaction, read committed: under serializable, ON CONFLICT DO NOTHING fails on a row it cannot see. All settings are local:
 * a pooler may hand the connection to somebody else after it.
 *
 * @throws {RolledBackError} when PostgreSQL answers COMMIT with ROLLBACK, as it does where a statement failed and the error was swallowed.
 */
export async function inOwnTransaction<T>(
  client: PgClient,
  timeouts: BatchTimeouts,
  work: () => Promise<T>,
): Promise<T> {
  try {
    await client.query(begin(timeouts))
    const result = await work()
    const { command } = (await client.query('commit')) as { command?: unknown }
    if (command !== 'ROLLBACK') return result
    throw new RolledBackError(
      'PostgreSQL answered COMMIT with ROLLBACK: a statement of the transaction had failed. Nothing was written.',
    )
  } catch (error) {
    // Of a connection that is gone, the first error says why.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** One message. The notices would be one a batch: that the temporary table is there already. */
function begin({ statementTimeout = '30s', lockTimeout = '5s' }: BatchTimeouts): string {
  return `begin isolation level read committed;
    set local statement_timeout = ${quoteLiteral(statementTimeout)};
    set local lock_timeout = ${quoteLiteral(lockTimeout)};
    set local idle_in_transaction_session_timeout = '30s';
    set local client_min_messages = 'warning'`
}
