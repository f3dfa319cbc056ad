import type { RowText } from '../accepted-event'

/** What COPY's text format says otherwise: a backslash and its three separators. */
const ESCAPED = /[\\\t\n\r]/
const ESCAPE_ALL = /[\\\t\n\r]/g

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

/** Returns a row as a line of COPY's text format; a column that it leaves out is NULL. */
export function copyLine(row: RowText, columns: readonly string[]): string {
  let line = ''
  for (let index = 0; index < columns.length; index += 1) {
    const text = row[columns[index] ?? ''] ?? null
    if (index > 0) line += '\t'
    // One look is cheaper than a replacement: few texts hold any of them.
    line += text === null ? '\\N' : ESCAPED.test(text) ? escaped(text) : text
  }
  return line
}

function escaped(text: string): string {
  return text.replace(ESCAPE_ALL, (found) => ESCAPES[found] ?? found)
}
