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

/** Returns rows as lines of COPY's text format. `before` are fields that stand before those of the columns. */
export function copyLines(
  rows: readonly RowText[],
  columns: readonly string[],
  before: readonly string[] = [],
): string[] {
  return rows.map((row) => {
    // Joined, not added up: that would make an object for each of the pieces, most of what a batch leaves to be cleared.
    const fields = columns.map((column) => {
      const text = row[column] ?? null
      // One look is cheaper than a replacement: few texts hold any of them.
      return text === null ? '\\N' : ESCAPED.test(text) ? escaped(text) : text
    })
    const line = before.length > 0 ? [...before, ...fields] : fields
    return `${line.join('\t')}\n`
  })
}

function escaped(text: string): string {
  return text.replace(ESCAPE_ALL, (found) => ESCAPES[found] ?? found)
}
