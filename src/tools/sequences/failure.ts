import type { ResolvedColumn } from '../catalog/columns'
import { messageOf, SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { DEFAULT_LOCK_TIMEOUT, DEFAULT_STATEMENT_TIMEOUT, type Timeouts } from '../db/transaction'
import { CatalogError } from '../errors'
import { columnName, sequenceName, tableArgument } from './names'

/** Returns why work on one column failed, in a form to print: what, what state things are in, what to run next. */
export function failureReason(
  error: unknown,
  column: ResolvedColumn,
  command: 'verify' | 'apply',
  timeouts: Timeouts,
): string {
  const again = `Run: typeorm-resync ${command} --table ${tableArgument(column)}`
  const subject =
    command === 'verify'
      ? `Cannot read ${columnName(column)}`
      : `Cannot repair sequence ${sequenceName(column.sequence)}`
  // A repair may have drawn some of the values; that is never undone, and never needs to be.
  const left =
    command === 'verify' ? 'Nothing was changed.' : 'The sequence is no lower than before.'
  switch (sqlstateOf(error)) {
    case SQLSTATE.lockNotAvailable:
      return `${subject}: ${lockNotFree(timeouts)}. Nothing was changed. ${again} --lock-timeout 10s`
    case SQLSTATE.queryCanceled:
      return `${subject}: ${notDone(timeouts)}. ${left} ${again} --statement-timeout 10min`
    case SQLSTATE.undefinedTable:
    case SQLSTATE.undefinedObject:
      return `${subject}: it was dropped meanwhile. Nothing was changed.`
    case SQLSTATE.objectNotInPrerequisiteState:
      return messageOf(error)
    default:
      return `${subject}: ${described(error)}. ${left} ${again}`
  }
}

/** Returns the error for a catalog that could not be read, or could not be read to the end. */
export function catalogError(error: unknown, timeouts: Timeouts): CatalogError {
  const reason = () => {
    switch (sqlstateOf(error)) {
      case SQLSTATE.lockNotAvailable:
        return lockNotFree(timeouts)
      case SQLSTATE.queryCanceled:
        return notDone(timeouts)
      default:
        return described(error)
    }
  }
  return new CatalogError(
    `Cannot read the database's catalog: ${reason()}. Nothing was changed. Try again.`,
    { cause: error },
  )
}

function lockNotFree({ lockTimeout = DEFAULT_LOCK_TIMEOUT }: Timeouts): string {
  return `a lock was not free within ${lockTimeout}`
}

function notDone({ statementTimeout = DEFAULT_STATEMENT_TIMEOUT }: Timeouts): string {
  return `it was cancelled, or not done within ${statementTimeout}`
}

function described(error: unknown): string {
  const state = sqlstateOf(error)
  const message = messageOf(error).replace(/\.$/, '')
  return state === undefined ? message : `${message} (${state})`
}
