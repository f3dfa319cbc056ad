/**
 * How many savepoints one transaction gets. PostgreSQL keeps 64 subtransactions of a session at hand; one that has more makes every snapshot that others take
 * slower (PGPROC_MAX_CACHED_SUBXIDS). The inserts after that are not guarded.
 */
const MAX_SAVEPOINTS = 50

/** One statement that leaves the savepoints of a transaction as they are. A semicolon may be in a text, or before another statement. */
const ORDINARY = /^\s*(?:select|insert|update|delete|with|values|merge)\b[^;]*$/i

/** Where a connection stands in its transaction, as far as its statements tell. */
export class TransactionTrack {
  private beginning: readonly string[] | undefined
  private savepoints = 0
  private isHeld = false

  /** Notes an insert, once its savepoint is taken. */
  noteInsert(sql: string): void {
    if (sql.includes(';')) this.isHeld = false
  }

  /** Notes any other statement. */
  note(sql: string): void {
    if (!ORDINARY.test(sql)) this.isHeld = false
    if (/^\s*(?:start transaction|begin)\b[^;]*$/i.test(sql)) {
      this.beginning = [sql]
      this.savepoints = 0
    } else if (this.beginning) {
      this.beginning = /^\s*set transaction\b[^;]*$/i.test(sql)
        ? [...this.beginning, sql]
        : undefined
    }
  }

  /** Returns how the transaction began if the next statement is its first; undefined for any later one. */
  takeBeginning(): readonly string[] | undefined {
    const { beginning } = this
    this.beginning = undefined
    return beginning
  }

  /**
   * Returns what makes a savepoint before an insert, in place of the one before the last; undefined where the transaction has had enough of them.
   *
   * @param isShared - whether statements go past us, which may have ended that one
   */
  takeSavepoint(isShared: boolean): string | undefined {
    if (this.savepoints === MAX_SAVEPOINTS) return undefined
    this.savepoints += 1
    const wasHeld = this.isHeld && !isShared
    this.isHeld = true
    // In one message: a round trip for each insert, not two.
    return wasHeld
      ? `release savepoint ${SAVEPOINT}; savepoint ${SAVEPOINT}`
      : `savepoint ${SAVEPOINT}`
  }
}

/** The name of the savepoint before an insert. */
export const SAVEPOINT = 'typeorm_resync_guard'
