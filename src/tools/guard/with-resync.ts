import type { DataSource, QueryRunner } from 'typeorm'
import { isQueryRunner, sessionOf, type PgClient, type Session } from '../db/session'
import { isInTransaction } from '../db/transaction'
import { validated } from '../options/validated'
import { attempt } from './attempt'
import { guardOf } from './guard-data-source'
import type { GuardOptions } from './guard-options'
import { guardParts } from './guard-parts'
import { GuardRules } from './guard-rules'
import { Healer } from './healer'
import { autocommit, savepoint, type Recovery } from './recovery'

/**
 * Runs `work`, which inserts on a QueryRunner or a client of pg in any way: SQL, COPY, several statements. Where it fails with 23505 because a sequence is
 * behind, repairs that sequence and runs `work` again from its beginning. What it had done is undone first: inside a transaction by a savepoint; outside, `work` runs
 * in a transaction of its own.
 *
 * @param options - for a QueryRunner of a guarded DataSource, that guard's own count instead, and its limits are shared
 * @throws what `work` throws, the same error, where it could not be healed.
 * @throws {UsageError} when the target is neither, or an option is wrong.
 */
export async function withResync<T>(
  target: QueryRunner | PgClient,
  work: () => Promise<T>,
  options: GuardOptions = {},
): Promise<T> {
  const checked = validated(GuardRules, options)
  const session = sessionOf(target)
  const healer = healerFor(target, checked)
  if (await isInTransaction(session)) {
    return attempt({ session, healer, recovery: savepointOf(session) }, work)
  }
  const transaction = ownTransaction(target, session)
  try {
    return await attempt({ session, healer, recovery: transaction }, work)
  } catch (error) {
    await transaction.rewind().catch(() => undefined)
    throw error
  }
}

function healerFor(target: QueryRunner | PgClient, options: GuardOptions): Healer {
  if (!isQueryRunner(target)) return new Healer(guardParts(target, options, undefined))
  const dataSource = dataSourceOf(target)
  return guardOf(dataSource)?.healer ?? new Healer(guardParts(target, options, dataSource.logger))
}

/** `connection` until TypeORM 0.3, `dataSource` from 1.0 on. */
function dataSourceOf(runner: QueryRunner): DataSource {
  const { dataSource, connection } = runner as unknown as Record<string, DataSource | undefined>
  const found = dataSource ?? connection
  if (!found) throw new Error('A QueryRunner belongs to a DataSource.')
  return found
}

function savepointOf(session: Session): Recovery {
  const name = 'typeorm_resync_work'
  return savepoint(session, name, `savepoint ${name}`, `release savepoint ${name}`)
}

function ownTransaction(target: QueryRunner | PgClient, session: Session): Recovery {
  const { begin, commit, rollback } = isQueryRunner(target)
    ? {
        begin: () => target.startTransaction(),
        commit: () => target.commitTransaction(),
        rollback: () => (target.isTransactionActive ? target.rollbackTransaction() : nothing()),
      }
    : {
        begin: () => session.query('begin'),
        commit: () => session.query('commit'),
        rollback: () => session.query('rollback'),
      }
  return {
    ...autocommit(session),
    async prepare() {
      await begin()
      return true
    },
    async keep() {
      // `work` may have swallowed an error: COMMIT would then roll back, and say so only in its tag.
      await session.query('select')
      await commit()
    },
    async rewind() {
      await rollback()
    },
    async resume() {
      await begin()
    },
  }
}

function nothing(): Promise<void> {
  return Promise.resolve()
}
