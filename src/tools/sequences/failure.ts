import type { ResolvedColumn } from '../catalog/columns'
import { messageOf, SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { DEFAULT_LOCK_TIMEOUT, DEFAULT_STATEMENT_TIMEOUT, type Timeouts } from '../db/transaction'
import { columnName, sequenceName, tableArgument } from './names'

/** A lost connection (class 08), a server that shuts down (57P), or an error of the socket: it concerns every column, not this one. */
const CONNECTION_LOST = /^(?:08|57P)|^[A-Z]{6,}/

/**
 * Returns why work on one column failed, in a form to print: what, what state things are in, what to run next.
 *
 * @throws the error itself where it does not concern this column alone.
 */
export function failureReason(
  error: unknown,
  column: ResolvedColumn,
  command: 'verify' | 'apply',
  timeouts: Timeouts,
): string {
  const state = sqlstateOf(error)
  if (state === undefined || CONNECTION_LOST.test(state)) throw error
  const again = `typeorm-resync ${command} --table ${tableArgument(column)}`
  const subject =
    command === 'verify'
      ? `Cannot read ${columnName(column)}`
      : `Cannot repair sequence ${sequenceName(column.sequence)}`
  // A repair may have drawn some of the values; it is never undone, and never needs to be.
  const left =
    command === 'verify' ? 'Nothing was changed.' : 'The sequence is no lower than before.'
  switch (state) {
    case SQLSTATE.lockNotAvailable:
      return `${subject}: a lock was not free within ${timeouts.lockTimeout ?? DEFAULT_LOCK_TIMEOUT}. Nothing was changed. Run: ${again} --lock-timeout 10s`
    case SQLSTATE.queryCanceled:
      return `${subject}: not done within ${timeouts.statementTimeout ?? DEFAULT_STATEMENT_TIMEOUT}. ${left} Run: ${again} --statement-timeout 10min`
    case SQLSTATE.undefinedTable:
    case SQLSTATE.undefinedObject:
      return `${subject}: it was dropped meanwhile. Nothing was changed.`
    case SQLSTATE.objectNotInPrerequisiteState:
      return messageOf(error)
    default:
      return `${subject}: ${messageOf(error)} (SQLSTATE ${state}). ${left}`
  }
}
