import type { Session } from '../db/session'
import { SQLSTATE, sqlstateOf } from '../db/sqlstate'

/** How a statement that failed is undone, so that it may run again; each for a place that the statement stands in. */
export interface Recovery {
  /** Before the statement; false where nothing can be prepared, and it runs as it is. */
  prepare(): Promise<boolean>
  /** After it succeeded. */
  keep(): Promise<void>
  /** After it failed: the connection can be used again. */
  rewind(): Promise<void>
  /** Before it runs again. */
  resume(): Promise<void>
  /** It will not run again: the caller finds the transaction as the failure left it. */
  abandon(): Promise<void>
}

const NO_SAVEPOINT: readonly unknown[] = [SQLSTATE.noTransaction, SQLSTATE.failedTransaction]

const nothing = () => Promise.resolve()

/** Outside a transaction: the statement was one of its own. */
export function autocommit(session: Session): Recovery {
  return {
    prepare: () => Promise.resolve(true),
    keep: nothing,
    // In a transaction that was begun by SQL, of which TypeORM does not know, this fails: it is not ours to undo.
    rewind: () => run(session, 'select'),
    resume: nothing,
    abandon: nothing,
  }
}

/** A transaction of which this is the first statement: it begins anew, which costs nothing beforehand. `opening` is how it began. */
export function reopened(session: Session, opening: readonly string[]): Recovery {
  const open = async () => {
    for (const statement of opening) await session.query(statement)
  }
  return {
    ...autocommit(session),
    rewind: () => run(session, 'rollback'),
    resume: open,
    async abandon() {
      await open()
      await fail(session)
    },
  }
}

/** Where a statement runs as it is. */
export const UNDONE_BY_NOTHING: Recovery = {
  prepare: () => Promise.resolve(false),
  keep: nothing,
  rewind: nothing,
  resume: nothing,
  abandon: nothing,
}

/**
 * Within a transaction: a savepoint.
 *
 * @param take - makes it
 * @param release - ends it after success; default: it stays
 */
export function savepoint(
  session: Session,
  name: string,
  take: string,
  release?: string,
): Recovery {
  return {
    async prepare() {
      try {
        await run(session, take)
        return true
      } catch (error) {
        // There is no transaction yet, none any more, or one that has failed. What the statement comes to there is the caller's to see.
        if (NO_SAVEPOINT.includes(sqlstateOf(error))) return false
        throw error
      }
    },
    keep: () => (release === undefined ? nothing() : run(session, release)),
    rewind: () => run(session, `rollback to savepoint ${name}`),
    resume: nothing,
    abandon: () => fail(session),
  }
}

async function run(session: Session, sql: string): Promise<void> {
  await session.query(sql)
}

/**
 * Puts a transaction back into the failed state. Who catches the error and commits must get a rollback, as without us, and not half of what was to be
 * written.
 */
async function fail(session: Session): Promise<void> {
  try {
    await session.query(
      `do $$ begin raise exception 'typeorm-resync: the transaction stays failed, as the statement before left it.' using errcode = '${SQLSTATE.failedTransaction}'; end $$`,
    )
  } catch {
    // As it should.
  }
}
