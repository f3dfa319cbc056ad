/**
 * White space, comments to the end of a line, and where one of several lines begins; identifiers in quotes; strings of all kinds; a quote that
 * nothing closes; words; parameters and numbers; any other character.
 */
const TOKEN =
  /\s+|--[^\n\r]*|(?<comment>\/\*)|(?<quoted>"(?:[^"]|"")*"(?!"))|[eE]'(?:[^'\\]|\\[^]|'')*'(?!')|'(?:[^']|'')*'(?!')|\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[^]*?\$\k<tag>\$|(?<open>[eE]?'|"|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|\$\d+|\d[\w.]*|(?<symbol>[^])/y

/** A piece of SQL: a word in lower case, an identifier without its quotes, a character; or a value, whatever it is. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'symbol' | 'value'
  readonly text: string
}

/** Takes SQL to pieces, one after another. White space and comments are passed over; what follows a quote that nothing closes is left out. */
export function* sqlTokens(sql: string): Generator<Token, undefined> {
  const pattern = new RegExp(TOKEN)
  for (let match = pattern.exec(sql); match; match = pattern.exec(sql)) {
    const { 0: text, groups = {} } = match
    if (groups.comment !== undefined) pattern.lastIndex = commentEnd(sql, match.index)
    else if (groups.word !== undefined) yield { kind: 'word', text: text.toLowerCase() }
    else if (groups.quoted !== undefined)
      yield { kind: 'quoted', text: text.slice(1, -1).replaceAll('""', '"') }
    else if (groups.symbol !== undefined) yield { kind: 'symbol', text }
    else if (groups.open !== undefined) {
      // All that follows may be inside of it.
      yield { kind: 'symbol', text: text.slice(-1) }
      return
    } else if (!/^(?:\s|--)/.test(text)) yield { kind: 'value', text }
  }
}

/** Comments of several lines may hold others. One that nothing closes goes to the end. */
function commentEnd(sql: string, start: number): number {
  const bracket = /\/\*|\*\//g
  bracket.lastIndex = start
  let depth = 0
  for (let match = bracket.exec(sql); match; match = bracket.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return bracket.lastIndex
  }
  return sql.length
}
