/** Returns `name` as an SQL identifier: always quoted, so that case, dots and reserved words are kept. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Returns `[schema.]name` as SQL; without a schema the session's search path decides. */
export function quoteQualified(schema: string | undefined, name: string): string {
  return schema === undefined
    ? quoteIdentifier(name)
    : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

/** Returns `text` as an SQL string constant, for the few places that take no parameter (a DO block). */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`
  // Right whatever standard_conforming_strings is set to.
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted
}

/** Returns `body` between dollar quotes whose tag does not occur in it. */
export function dollarQuote(tag: string, body: string): string {
  let delimiter = `$${tag}$`
  for (let n = 1; body.includes(delimiter); n += 1) delimiter = `$${tag}_${String(n)}$`
  return `${delimiter}\n${body}\n${delimiter}`
}
