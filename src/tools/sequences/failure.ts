import type { ResolvedColumn } from '../catalog/sequence-column'
import { durationMillis } from '../db/duration'
import { messageOf, quoted, SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { DEFAULT_LOCK_TIMEOUT, DEFAULT_STATEMENT_TIMEOUT, type Timeouts } from '../db/transaction'
import { CatalogError, ConnectionError, ResyncError } from '../errors'
import { columnName, sequenceName, tableArgument } from './names'

/** What an error says of something that was dropped meanwhile. */
export const DROPPED: readonly string[] = [
  SQLSTATE.undefinedTable,
  SQLSTATE.undefinedObject,
  SQLSTATE.undefinedColumn,
  SQLSTATE.invalidSchemaName,
]

/** How long to wait, and for which command. */
export interface CommandOptions extends Timeouts {
  /** What to run again where something failed. Default: `verify`. */
  readonly command?: 'verify' | 'apply' | undefined
  /** Passes over a selected table in which no sequence feeds a column. Default: false, it is an error. */
  readonly mayBeUnfed?: boolean | undefined
}

/** Returns why work on one column failed, in a form to print: what, what state things are in, what to run next. */
export function failureReason(
  error: unknown,
  column: ResolvedColumn,
  work: 'read' | 'repair',
  { command = 'verify', ...timeouts }: CommandOptions,
): string {
  const state = sqlstateOf(error)
  const subject =
    work === 'read'
      ? `Cannot read ${columnName(column)}`
      : `Cannot repair sequence ${sequenceName(column.sequence)}`
  // A repair may have drawn some of the values; that is never undone, and never needs to be.
  const left = work === 'read' ? 'Nothing was changed.' : 'The sequence is no lower than before.'
  const again = `Run: typeorm-resync ${command} --table ${tableArgument(column)}${patience(state, timeouts)}`
  if (error instanceof ConnectionError) {
    return `${subject}: lost the connection: ${explain(error.cause, timeouts)}. ${left} ${again}`
  }
  if (error instanceof ResyncError) return error.message
  // The repair's own refusal.
  if (state === SQLSTATE.objectNotInPrerequisiteState) return `${messageOf(error)}${hintOf(error)}`
  if (isDropped(error)) {
    return `${subject}: it was dropped meanwhile. Nothing was changed.`
  }
  if (state === SQLSTATE.featureNotSupported) {
    // The only one that reading a table has: an unlogged one, on a standby.
    return `${subject}: ${messageOf(error)}. Nothing was changed. Use the primary's --url.`
  }
  return `${subject}: ${explain(error, timeouts)}. ${left} ${again}`
}

/** A sequence that is dropped between a statement's start and its own turn has no SQLSTATE of its own; the message is in English in every language. */
function isDropped(error: unknown): boolean {
  const state = sqlstateOf(error) ?? ''
  if (state === SQLSTATE.internalError)
    return messageOf(error).startsWith('could not open relation')
  return DROPPED.includes(state)
}

/** Returns the error for a catalog that could not be read, or could not be read to the end. */
export function catalogError(error: unknown, timeouts: Timeouts): CatalogError {
  const option = patience(sqlstateOf(error), timeouts)
  const again = option === '' ? 'Try again.' : `Try again with${option}.`
  return new CatalogError(
    `Cannot read the database's catalog: ${explain(error, timeouts)}. Nothing was changed. ${again}`,
    { cause: error },
  )
}

/** Returns why something failed, for the inside of a sentence. */
export function explain(error: unknown, timeouts: Timeouts): string {
  const { lockTimeout = DEFAULT_LOCK_TIMEOUT } = timeouts
  const { statementTimeout = DEFAULT_STATEMENT_TIMEOUT } = timeouts
  const state = sqlstateOf(error)
  if (state === SQLSTATE.lockNotAvailable) {
    return `a lock was not free within ${lockTimeout}`
  }
  if (state === SQLSTATE.queryCanceled) {
    return `it was cancelled, or not done within ${statementTimeout}`
  }
  return quoted(error)
}

function hintOf(error: unknown): string {
  const { hint } = error as { readonly hint?: unknown }
  return typeof hint === 'string' ? ` ${hint}` : ''
}

/** Returns the option that would have waited longer, for the end of a command; empty where no time was over. */
export function patience(state: string | undefined, timeouts: Timeouts): string {
  const { lockTimeout = DEFAULT_LOCK_TIMEOUT } = timeouts
  const { statementTimeout = DEFAULT_STATEMENT_TIMEOUT } = timeouts
  if (state === SQLSTATE.lockNotAvailable) return ` --lock-timeout ${longer(lockTimeout, '10s')}`
  if (state === SQLSTATE.queryCanceled)
    return ` --statement-timeout ${longer(statementTimeout, '10min')}`
  return ''
}

function longer(given: string, usual: string): string {
  const millis = durationMillis(given)
  return millis < durationMillis(usual) ? usual : `${String(Math.ceil(millis / 1000) * 5)}s`
}
