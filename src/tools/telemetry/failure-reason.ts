import { messageOf, quoted } from '../db/sqlstate'
import { failureKind, writeSqlstate } from './failure-kind'

/** What the server's error names beside its message. */
interface Names {
  readonly table?: unknown
  readonly column?: unknown
  readonly constraint?: unknown
}

/** Returns why a write failed, in a form to log: the message of a row's failure may quote its values, so that is replaced by what it is about. */
export function loggableReason(error: unknown): string {
  const state = writeSqlstate(error)
  if (state === undefined || failureKind(error) !== 'row') return quoted(error)
  const { table, column, constraint } = error as Names
  const about = Object.entries({ constraint, column, table }).find(
    ([, name]) => typeof name === 'string',
  )
  return about ? `SQLSTATE ${state} of ${about[0]} "${String(about[1])}"` : `SQLSTATE ${state}`
}

/** Returns why a row was refused, with the values that PostgreSQL quotes: for where the row itself stands beside it. */
export function fullReason(error: unknown): string {
  const { detail } = error as { readonly detail?: unknown }
  return typeof detail === 'string' && detail !== ''
    ? `${messageOf(error)}. ${detail}`
    : messageOf(error)
}
