import type { QueryRunner } from 'typeorm'
import { sessionThrough, type Session } from '../db/session'
import { attempt, attemptAgain } from './attempt'
import { connectionOf, type Query } from './connection'
import type { Healer } from './healer'
import { isInsert } from '../sql/insert-statement'
import { autocommit, reopened, savepoint, UNDONE_BY_NOTHING, type Recovery } from './recovery'
import type { TableWatch } from './table-watch'
import { SAVEPOINT, TransactionTrack } from './transaction-track'
import { Turns, type TurnHolder } from './turns'

/** What guards the runners of one DataSource. */
export interface RunnerGuard {
  readonly healer: Healer
  readonly watch: TableWatch
  readonly turnHolder: TurnHolder
}

/**
 * Makes the inserts of a QueryRunner heal, whoever sends them. It is the statement that runs again, with the same values: listeners and subscribers
 * have run before, and do not run twice.
 */
export function guardRunner(runner: QueryRunner, { healer, watch, turnHolder }: RunnerGuard): void {
  const { send, isShared } = connectionOf(runner)
  const session = sessionThrough((sql, values) => send(sql, values) as Promise<unknown[]>)
  const plain = plainSession(send)
  const turns = new Turns(turnHolder)
  const track = new TransactionTrack()

  const recoveryWithin = (): Recovery => {
    const beginning = track.takeBeginning()
    if (beginning && !isShared()) return reopened(session, beginning)
    const take = track.takeSavepoint(isShared())
    return take === undefined ? UNDONE_BY_NOTHING : savepoint(plain, SAVEPOINT, take)
  }

  const insertWithin = async (sql: string, statement: () => Promise<unknown>) => {
    if (watch.concerns(sql)) await watch.assertSound(session, sql)
    const recovery = recoveryWithin()
    track.noteInsert(sql)
    return attempt({ session, healer, recovery }, statement)
  }

  const insertAlone = async (sql: string, statement: () => Promise<unknown>) => {
    if (watch.concerns(sql)) await turns.take(() => watch.assertSound(session, sql))
    try {
      return await turns.take(statement)
    } catch (error) {
      if (!healer.violationIn(error)) throw error
      const place = { session, healer, recovery: autocommit(session) }
      return turns.take(() => attemptAgain(place, statement, error))
    }
  }

  const query: Query = (sql, parameters, structured) => {
    const statement = () => send(sql, parameters, structured)
    if (!isInsert(sql)) {
      return turns.take(() => {
        track.note(sql)
        return statement()
      })
    }
    if (!runner.isTransactionActive) return insertAlone(sql, statement)
    return turns.take(() => insertWithin(sql, statement))
  }

  runner.query = query as QueryRunner['query']
}

/** Fails as TypeORM does: what goes wrong around a statement must look to its caller as if the statement had. */
function plainSession(send: Query): Session {
  return {
    isLost: false,
    patience: 0,
    query: <Row>(sql: string, values?: readonly unknown[]) =>
      send(sql, values && [...values]) as Promise<Row[]>,
  }
}
