/** Remembers how a transaction began, as long as nothing else happened in it. */
export class Opening {
  private statements: readonly string[] | undefined

  /** Notes a statement that is not an insert. */
  note(sql: string): void {
    if (/^\s*(?:start transaction|begin)\b[^;]*$/i.test(sql)) this.statements = [sql]
    else if (this.statements && /^\s*set transaction\b[^;]*$/i.test(sql))
      this.statements = [...this.statements, sql]
    else this.statements = undefined
  }

  /** Returns what began the transaction if the next statement is its first; undefined for any later one. */
  take(): readonly string[] | undefined {
    const { statements } = this
    this.statements = undefined
    return statements
  }
}
