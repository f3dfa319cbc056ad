import type { QueryRunner } from 'typeorm'
import { sessionThrough, type Session } from '../db/session'
import { attempt, recover, type Place } from './attempt'
import type { Healer } from './healer'
import { isInsert } from './insert-statement'
import { AUTOCOMMIT, reopened, savepoint, type Recovery } from './recovery'
import type { TableWatch } from './table-watch'
import { SAVEPOINT, TransactionTrack } from './transaction-track'
import { Turns, type TurnHolder } from './turns'

/** What guards the runners of one DataSource. */
export interface RunnerGuard {
  readonly healer: Healer
  readonly watch: TableWatch
  readonly turnHolder: TurnHolder
}

type Query = (sql: string, parameters?: unknown[], structured?: boolean) => Promise<unknown>

/**
 * Makes the inserts of a QueryRunner heal, whoever sends them. It is the statement that runs again, with the same values: listeners and subscribers
 * have run before, and do not run twice.
 */
export function guardRunner(runner: QueryRunner, { healer, watch, turnHolder }: RunnerGuard): void {
  const send = runner.query.bind(runner) as Query
  const session = sessionThrough((sql, values) => send(sql, values) as Promise<unknown[]>)
  const turns = new Turns(turnHolder)
  const track = new TransactionTrack()

  const query: Query = async (sql, parameters, structured) => {
    const statement = () => send(sql, parameters, structured)
    if (!isInsert(sql)) {
      return turns.together(() => {
        track.note(sql)
        return statement()
      })
    }
    if (!runner.isTransactionActive) return alone(sql, statement)
    return turns.alone(async () => {
      if (watch.concerns(sql)) await watch.assertSound(session, sql)
      const recovery = recoveryWithin(session, track)
      return recovery ? attempt({ session, healer, recovery }, statement) : statement()
    })
  }

  const alone = async (sql: string, statement: () => Promise<unknown>) => {
    const place: Place = { session, healer, recovery: AUTOCOMMIT }
    // Its transactions are no place for another's statement.
    if (watch.concerns(sql)) await turns.alone(() => watch.assertSound(session, sql))
    try {
      return await turns.together(statement)
    } catch (error) {
      if (!healer.violationIn(error)) throw error
      return turns.alone(async () => {
        await recover(place, error, 0)
        return attempt(place, statement, 1)
      })
    }
  }

  runner.query = query as QueryRunner['query']
}

/** None where the transaction has had its share of savepoints. */
function recoveryWithin(session: Session, track: TransactionTrack): Recovery | undefined {
  const beginning = track.takeBeginning()
  if (beginning) return reopened(session, beginning)
  const take = track.takeSavepoint()
  return take === undefined ? undefined : savepoint(session, SAVEPOINT, take)
}
