import type { ResolvedColumn } from '../catalog/sequence-column'
import { messageOf, SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { DEFAULT_LOCK_TIMEOUT, DEFAULT_STATEMENT_TIMEOUT, type Timeouts } from '../db/transaction'
import { CatalogError, ResyncError } from '../errors'
import { columnName, sequenceName, tableArgument } from './names'

/** Returns why work on one column failed, in a form to print: what, what state things are in, what to run next. */
export function failureReason(
  error: unknown,
  column: ResolvedColumn,
  command: 'verify' | 'apply',
  timeouts: Timeouts,
): string {
  const state = sqlstateOf(error)
  const subject =
    command === 'verify'
      ? `Cannot read ${columnName(column)}`
      : `Cannot repair sequence ${sequenceName(column.sequence)}`
  if (error instanceof ResyncError) return error.message
  // The repair's own refusal.
  if (state === SQLSTATE.objectNotInPrerequisiteState) return `${messageOf(error)}${hintOf(error)}`
  if (state === SQLSTATE.undefinedTable || state === SQLSTATE.undefinedObject) {
    return `${subject}: it was dropped meanwhile. Nothing was changed.`
  }
  // A repair may have drawn some of the values; that is never undone, and never needs to be.
  const left =
    command === 'verify' || state === SQLSTATE.lockNotAvailable
      ? 'Nothing was changed.'
      : 'The sequence is no lower than before.'
  const again = `typeorm-resync ${command} --table ${tableArgument(column)}`
  const tries = command === 'apply' ? 3 : 1
  return `${subject}: ${explain(error, timeouts, tries)}. ${left} Run: ${again}${patience(state)}`
}

/** Returns the error for a catalog that could not be read, or could not be read to the end. */
export function catalogError(error: unknown, timeouts: Timeouts): CatalogError {
  return new CatalogError(
    `Cannot read the database's catalog: ${explain(error, timeouts)}. Nothing was changed. Try again.`,
    { cause: error },
  )
}

function explain(error: unknown, timeouts: Timeouts, tries = 1): string {
  const { lockTimeout = DEFAULT_LOCK_TIMEOUT } = timeouts
  const { statementTimeout = DEFAULT_STATEMENT_TIMEOUT } = timeouts
  const state = sqlstateOf(error)
  if (state === SQLSTATE.lockNotAvailable) {
    return `a lock was not free within ${tries > 1 ? `${String(tries)} times ` : ''}${lockTimeout}`
  }
  if (state === SQLSTATE.queryCanceled) {
    return `it was cancelled, or not done within ${statementTimeout}`
  }
  const message = messageOf(error).replace(/\.$/, '')
  return state === undefined ? message : `${message} (${state})`
}

function hintOf(error: unknown): string {
  const { hint } = error as { readonly hint?: unknown }
  return typeof hint === 'string' ? ` ${hint}` : ''
}

/** The option that would have waited longer. */
function patience(state: string | undefined): string {
  if (state === SQLSTATE.lockNotAvailable) return ' --lock-timeout 10s'
  if (state === SQLSTATE.queryCanceled) return ' --statement-timeout 10min'
  return ''
}
