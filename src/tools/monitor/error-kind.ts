import { isConnectionLost, SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { CatalogError, ConnectionError } from '../errors'

/** Why a check failed, for counting. */
export type ErrorKind = 'connection' | 'timeout' | 'catalog' | 'history' | 'other'

export const ERROR_KINDS: readonly ErrorKind[] = [
  'connection',
  'timeout',
  'catalog',
  'history',
  'other',
]

/** A check that was not done within its time. */
export class CheckTimeout extends ConnectionError {}

/** Returns what kind of failure an error is. */
export function errorKind(error: unknown): ErrorKind {
  if (error instanceof CheckTimeout) return 'timeout'
  if (error instanceof ConnectionError) return 'connection'
  if (!(error instanceof CatalogError)) return 'other'
  const state = sqlstateOf(error.cause)
  if (state === SQLSTATE.queryCanceled || state === SQLSTATE.lockNotAvailable) return 'timeout'
  return error.cause instanceof ConnectionError || isConnectionLost(error.cause)
    ? 'connection'
    : 'catalog'
}
