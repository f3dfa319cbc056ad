/** White space and comments; identifiers in quotes; strings of all kinds; words; parameters and numbers; any other character. */
const TOKEN =
  /\s+|--[^\n]*|\/\*[^]*?\*\/|(?<quoted>"(?:[^"]|"")*")|[eE]'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[^]*?\$\k<tag>\$|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|\$\d+|\d[\w.]*|(?<symbol>[^])/gy

/** A piece of SQL: a word in lower case, an identifier without its quotes, a character; or a value, whatever it is. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'symbol' | 'value'
  readonly text: string
}

/** Takes SQL to pieces, one after another. White space and comments are passed over. */
export function* sqlTokens(sql: string): Generator<Token, undefined> {
  for (const { 0: text, groups = {} } of sql.matchAll(TOKEN)) {
    if (groups.word !== undefined) yield { kind: 'word', text: text.toLowerCase() }
    else if (groups.quoted !== undefined)
      yield { kind: 'quoted', text: text.slice(1, -1).replaceAll('""', '"') }
    else if (groups.symbol !== undefined) yield { kind: 'symbol', text }
    else if (!/^(?:\s|--|\/\*)/.test(text)) yield { kind: 'value', text }
  }
}
