import type { Session } from '../db/session'

/** How a statement that failed is undone, so that it may run again; each for a place that the statement stands in. */
export interface Recovery {
  /** Before the statement. */
  prepare(): Promise<void>
  /** After it succeeded. */
  keep(): Promise<void>
  /** After it failed: the connection can be used again. */
  rewind(): Promise<void>
  /** Before it runs again. */
  resume(): Promise<void>
  /** It will not run again: the caller finds the transaction as the failure left it. */
  abandon(): Promise<void>
}

const nothing = () => Promise.resolve()

/** Outside a transaction: the statement was one of its own. */
export const AUTOCOMMIT: Recovery = {
  prepare: nothing,
  keep: nothing,
  rewind: nothing,
  resume: nothing,
  abandon: nothing,
}

/** A transaction of which this is the first statement: it begins anew, which costs nothing beforehand. `opening` is how it began. */
export function reopened(session: Session, opening: readonly string[]): Recovery {
  const open = async () => {
    for (const statement of opening) await session.query(statement)
  }
  return {
    ...AUTOCOMMIT,
    rewind: () => run(session, 'rollback'),
    resume: open,
    async abandon() {
      await open()
      await fail(session)
    },
  }
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
    prepare: () => run(session, take),
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
      `do $$ begin raise exception 'typeorm-resync: the transaction stays failed, as the statement before left it.' using errcode = '25P02'; end $$`,
    )
  } catch {
    // As it should.
  }
}
