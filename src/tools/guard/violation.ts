import type { UniqueKey } from '../catalog/unique-key'
import { SQLSTATE, sqlstateOf } from '../db/sqlstate'

/** A duplicate key: which, and by what statement, where the error tells. */
export interface Violation extends UniqueKey {
  readonly statement: string | undefined
}

/** Reads a unique violation from an error of TypeORM or pg; null for any other. Never from its message or detail, which are in the server's language. */
export function violationOf(error: unknown): Violation | null {
  if (sqlstateOf(error) !== SQLSTATE.uniqueViolation) return null
  const { schema, table, constraint } = error as Record<string, unknown>
  if (typeof schema !== 'string' || typeof table !== 'string' || typeof constraint !== 'string')
    return null
  // TypeORM's QueryFailedError carries the statement, and the fields of pg's own error.
  const { query } = error as { readonly query?: unknown }
  return { schema, table, constraint, statement: typeof query === 'string' ? query : undefined }
}
