/** A piece of TypeScript or JavaScript; of a string or template, `text` is what it says, with `$0` for each expression in it. */
export interface CodeToken {
  readonly kind: 'word' | 'string' | 'symbol' | 'number' | 'regex'
  readonly text: string
  readonly at: number
  /** What stands in the expressions of a template. */
  readonly inner: readonly (readonly CodeToken[])[]
}

/** Templates within templates are few; a text that nests them deeper is none of ours. */
const DEEPEST = 50
/** A regular expression is a line at most, and never this long. */
const REGEX = /\/(?![*/])(?:[^\\/[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n]){0,200}\]){1,500}\/[a-z]*/y
const WORD = /[\p{ID_Start}$_#@][\p{ID_Continue}$]*/uy
const NUMBER = /\d[\w.]*/y
/** After these a slash begins a regular expression. */
const BEFORE_REGEX =
  /^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|instanceof|await|yield)$/

/** Takes code to pieces, in time linear in its length. Never fails: what is cut off ends with the text. */
export function codeTokens(code: string): CodeToken[] {
  return new Lexer(code).tokens(0)
}

class Lexer {
  private at = 0

  constructor(private readonly code: string) {}

  /** Reads to the end; within a template, to the brace that ends its expression. */
  tokens(depth: number): CodeToken[] {
    const tokens: CodeToken[] = []
    let braces = 0
    while (this.at < this.code.length) {
      if (this.blank()) continue
      const at = this.at
      const character = this.code.charAt(at)
      if (character === '}' && depth > 0 && braces === 0) break
      if (character === '{') braces += 1
      if (character === '}') braces -= 1
      if (character === '`') tokens.push(this.template(depth))
      else tokens.push(this.token(character, tokens.at(-1)))
    }
    return tokens
  }

  private blank(): boolean {
    const { code, at } = this
    if (/\s/.test(code.charAt(at))) this.at += 1
    else if (code.startsWith('//', at)) this.at = this.after('\n')
    else if (code.startsWith('/*', at)) this.at = this.after('*/')
    else return false
    return true
  }

  private after(end: string): number {
    const found = this.code.indexOf(end, this.at + (end === '*/' ? 2 : 0))
    return found === -1 ? this.code.length : found + end.length
  }

  private token(character: string, before: CodeToken | undefined): CodeToken {
    if (character === "'" || character === '"') return this.string(character)
    const word = this.match(WORD)
    if (word !== undefined) return this.took('word', word)
    const number = this.match(NUMBER)
    if (number !== undefined) return this.took('number', number)
    const mayBeRegex = character === '/' && beginsRegex(before)
    const regex = mayBeRegex ? this.match(REGEX) : undefined
    return regex === undefined ? this.took('symbol', character) : this.took('regex', regex)
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    return pattern.exec(this.code)?.[0]
  }

  private took(kind: CodeToken['kind'], text: string): CodeToken {
    const at = this.at
    this.at += text.length
    return { kind, text, at, inner: [] }
  }

  /** One that its line does not end is taken to the end of the line: so a text is never read twice. */
  private string(quote: string): CodeToken {
    const at = this.at
    let text = ''
    for (this.at += 1; this.at < this.code.length; this.at += 1) {
      const character = this.code.charAt(this.at)
      if (character === '\n') break
      if (character === quote) {
        this.at += 1
        break
      }
      text += character === '\\' ? this.escape() : character
    }
    return { kind: 'string', text, at, inner: [] }
  }

  private template(depth: number): CodeToken {
    const at = this.at
    const inner: CodeToken[][] = []
    let text = ''
    for (this.at += 1; this.at < this.code.length; this.at += 1) {
      const character = this.code.charAt(this.at)
      if (character === '`') {
        this.at += 1
        break
      }
      if (character === '$' && this.code.charAt(this.at + 1) === '{' && depth < DEEPEST) {
        this.at += 2
        inner.push(this.tokens(depth + 1))
        text += '$0'
      } else text += character === '\\' ? this.escape() : character
    }
    return { kind: 'string', text, at, inner }
  }

  private escape(): string {
    this.at += 1
    const character = this.code.charAt(this.at)
    return { n: '\n', t: '\t', r: '\r', '\n': '' }[character] ?? character
  }
}

function beginsRegex(before: CodeToken | undefined): boolean {
  if (before === undefined) return true
  if (before.kind === 'word') return BEFORE_REGEX.test(before.text)
  return before.kind === 'symbol' && !/[)\]]/.test(before.text)
}
