import { sqlTokens, type Token } from './sql-tokens'

/** Reads SQL from the left; what it takes is gone, what it does not find stays. */
export class TokenReader {
  private readonly tokens: Iterator<Token, undefined>
  private next: Token | undefined

  constructor(sql: string) {
    this.tokens = sqlTokens(sql)
    this.advance()
  }

  get ended(): boolean {
    return this.next === undefined
  }

  /** Takes the word, in lower case, if it is next. */
  word(text: string): boolean {
    return this.takeIf('word', text)
  }

  /** Takes the character if it is next. */
  symbol(text: string): boolean {
    return this.takeIf('symbol', text)
  }

  /** Takes an identifier: in quotes as it is, a word in lower case, as PostgreSQL does. */
  name(): string | undefined {
    if (this.next?.kind !== 'quoted' && this.next?.kind !== 'word') return undefined
    return this.take()?.text
  }

  /** Takes whatever is next. */
  take(): Token | undefined {
    const token = this.next
    this.advance()
    return token
  }

  /**
   * Takes what is between here and the bracket that closes this one, and the bracket; returns what the commas outside of further brackets
   * part. The opening bracket is taken already.
   */
  list(): Token[][] {
    const items: Token[][] = [[]]
    let depth = 1
    for (let token = this.take(); token; token = this.take()) {
      const bracket = token.kind === 'symbol' ? token.text : ''
      if ('([{'.includes(bracket) && bracket) depth += 1
      if (')]}'.includes(bracket) && bracket) depth -= 1
      if (depth === 0) break
      if (depth === 1 && bracket === ',') items.push([])
      else items.at(-1)?.push(token)
    }
    return items
  }

  private takeIf(kind: Token['kind'], text: string): boolean {
    if (this.next?.kind !== kind || this.next.text !== text) return false
    this.advance()
    return true
  }

  private advance(): void {
    this.next = this.tokens.next().value
  }
}
