/** What may hold a value: strings of all kinds, comments, parameters that were written out, numbers; and names, which do not. */
const PIECES =
  /(?<name>"(?:[^"]|"")*"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*(?!')|\$\d+)|[A-Za-z]{0,2}&?'(?:[^'\\]|\\[^]|'')*(?:'|$)|\$(?<tag>(?:[A-Za-z_]\w*)?)\$[^]*?(?:\$\k<tag>\$|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|\d[\w.]*(?:[eE][+-]?\d+)?/g

/** Returns a statement without the values in it. What cannot be taken to pieces to its end is left out. */
export function redactStatement(sql: string): string {
  return sql.replaceAll(PIECES, (piece: string, ...rest: unknown[]) => {
    const { name } = rest.at(-1) as { name?: string }
    if (name !== undefined) return piece
    return piece.startsWith('--') || piece.startsWith('/*') ? '' : '…'
  })
}

/** Returns the detail of a 23505 without the values of the key: `Key (id)=(…) already exists.` */
export function redactDetail(detail: string): string {
  const [, before, after] = /^([^]*?\))=\([^]*\)([^)]*)$/.exec(detail) ?? []
  return before === undefined || after === undefined ? '…' : `${before}=(…)${after}`
}
