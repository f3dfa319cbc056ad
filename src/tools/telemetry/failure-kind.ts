import { isConnectionLost, messageOf } from '../db/sqlstate'
import { ConnectionError, StaleSequenceError } from '../errors'

/**
 * What a failed write says of its events. `row`: one of them is to blame. All others keep every event and try again: the server cannot be
 * reached, or cannot do it now, or the generated key is behind, or the database is not set up for it (and whatever is not known here).
 */
export type FailureKind = 'connection' | 'transient' | 'row' | 'own key' | 'setup'

/** A kind that blames no event. */
export type HoldingKind = Exclude<FailureKind, 'row'>

/** Asks whether the generated key itself failed: its sequence is behind or used up, and no row is to blame. */
export type IsOwnKey = (error: unknown) => Promise<boolean>

/** By SQLSTATE; the first that fits. Names are those of PostgreSQL's Appendix A. */
const KINDS: readonly (readonly [RegExp, FailureKind])[] = [
  // Connection exception, operator intervention but for a cancelled query, and the timeouts that end a session.
  [/^(08|57P0|25P0[34])/, 'connection'],
  // A read-only transaction is what a primary that became a standby answers; 72000 is a snapshot too old, 58 the server's own disk.
  [/^(40|53|55P03|57014|25006|58|72000)/, 'transient'],
  // A sequence at its end fails every row alike.
  [/^2200H/, 'setup'],
  // Cardinality, data, constraints, what a trigger or a view's check option refuses, and a function that a trigger called.
  [/^(09|21|22|23|27|38|44|P0)/, 'row'],
  // An index row too large, or a statement of a gigabyte: halving tells.
  [/^54000/, 'row'],
]

/** Of pg and TypeORM, which give these no code. */
const MESSAGES: readonly (readonly [RegExp, FailureKind])[] = [
  [/^timeout exceeded when trying to connect|^Driver not Connected/, 'connection'],
  [/^Query read timeout/, 'transient'],
  // A batch whose text is more than one string can hold; half of it may fit.
  [/^Invalid string length/, 'row'],
]

/** Tells by the error alone what a failed write says of its events; never `own key`, unless the error is the guard's. */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof StaleSequenceError) return 'own key'
  if (error instanceof ConnectionError || isOfSocket(error) || isConnectionLost(error)) {
    return 'connection'
  }
  const state = writeSqlstate(error)
  if (state !== undefined) return KINDS.find(([pattern]) => pattern.test(state))?.[1] ?? 'setup'
  const message = messageOf(error)
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? 'setup'
}

/** As {@link failureKind}, and asks where only the catalog can tell: a duplicate key, or a number out of its column's range. */
export async function judgedKind(error: unknown, isOwnKey: IsOwnKey): Promise<FailureKind> {
  const kind = failureKind(error)
  const state = writeSqlstate(error)
  if (kind !== 'row' || (state !== '23505' && state !== '22003')) return kind
  try {
    return (await isOwnKey(error)) ? 'own key' : kind
  } catch (unanswered) {
    // Not known, so no event is blamed; it is asked again at the next try.
    const why = failureKind(unanswered)
    return why === 'row' ? 'setup' : why
  }
}

/** Returns the SQLSTATE of a failed write, also where an error of ours stands around the server's. */
export function writeSqlstate(error: unknown): string | undefined {
  let inner = error
  for (let depth = 0; depth < 5 && typeof inner === 'object' && inner !== null; depth += 1) {
    const { code, cause } = inner as { readonly code?: unknown; readonly cause?: unknown }
    // A code of Node's (EPIPE) has five letters too, and no digit.
    if (typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return code
    inner = cause
  }
  return undefined
}

/** Node's error of a system call: a write to a database makes those on its socket alone. */
function isOfSocket(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error
}
