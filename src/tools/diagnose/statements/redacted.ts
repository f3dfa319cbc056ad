import { quoteIdentifier } from '../../db/quoting'
import { sqlTokens, type Token } from '../../sql/sql-tokens'

/** Longer ones are cut: enough for a table and its columns. */
const LENGTH = 200

/** Returns SQL in one line without its constants and comments: they hold users' values. What cannot be read to its end is cut there. */
export function redacted(sql: string, length = LENGTH): string {
  let text = ''
  let before = ''
  for (const token of sqlTokens(sql)) {
    // A quote that nothing closes: all that follows may be inside of it.
    if (token.kind === 'symbol' && `'"$`.includes(token.text)) return `${text} …`
    const next = shown(token)
    const tight =
      before === '' ||
      '(.'.includes(before) ||
      (/^[,.);(]$/.test(next) && !(next === '(' && before === ','))
    text += tight && !(next === '(' && isKeyword(before)) ? next : ` ${next}`
    before = next
    if (text.length > length) return `${text.slice(0, length)} …`
  }
  return text
}

function isKeyword(word: string): boolean {
  return /^(?:values|as|in|and|or|select|from|insert|using|on|then)$/.test(word)
}

function shown({ kind, text }: Token): string {
  if (kind === 'quoted') return quoteIdentifier(text)
  if (kind === 'value') return /^\$\d+$/.test(text) ? text : '?'
  return text
}
