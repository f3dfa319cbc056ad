import { parseInsert } from '../../sql/insert-statement'
import { sqlTokens } from '../../sql/sql-tokens'
import { TokenReader } from '../../sql/token-reader'
import { maskSql } from './sql-mask'

/** A piece of SQL that writes to a table's keys. */
export interface SqlWrite {
  readonly at: number
  readonly schema: string | undefined
  readonly table: string
  /** Whether the statement names its columns, and is one without doubt. */
  readonly listed: boolean
  readonly gives: (column: string) => boolean
  /** In a form to print, without its values. */
  readonly text: string
}

/** A statement is read so far: its columns are at its head. */
const LONGEST = 4_096
/** A text with more is generated, or hostile. */
const MOST = 5_000
const WRITE = /\b(?:insert\s+into|copy)\s/gi
/** Finds where SQL inserts or copies rows. What stands in comments and strings, and what a dump copies, is passed over. */
export function sqlWrites(
  sql: string,
  reached: (cap: string) => void = () => undefined,
): SqlWrite[] {
  if (!/\binsert\s+into\b|\bcopy\b/i.test(sql)) return []
  const { plain, mask } = maskSql(sql)
  const found = [...mask.matchAll(WRITE)]
  if (found.length > MOST) {
    reached(`only the first ${MOST.toLocaleString('en')} statements that insert were read`)
  }
  return found.slice(0, MOST).flatMap(({ 0: word, index }) => {
    const end = mask.slice(index, index + LONGEST).indexOf(';')
    const statement = plain.slice(index, index + (end === -1 ? LONGEST : end))
    const write = /^copy/i.test(word) ? copied(statement) : inserted(statement)
    return write ? [{ ...write, at: index, text: withoutValues(statement) }] : []
  })
}

type Write = Omit<SqlWrite, 'at' | 'text'>

/** What follows the table's name in an INSERT, and in no sentence about one. */
const AFTER_TABLE =
  /^insert\s+into\s+(?:"[^"]*"|[\w$\u0080-\uffff]+)(?:\.(?:"[^"]*"|[\w$\u0080-\uffff]+))?\s*(?:as\s+\S+\s*)?(?:(\()|(?:values|select|with|table|overriding)\b)/i

function inserted(statement: string): Write | null {
  const insert = parseInsert(statement)
  const after = AFTER_TABLE.exec(statement)
  if (!insert || !after) return null
  const { schema, table } = insert
  // Where the rows are not in the same text, it may be a sentence after all.
  const listed = after[1] !== undefined && /\b(?:values|select|table)\b/i.test(statement)
  return { schema, table, listed, gives: (column) => insert.gives(column) }
}

function copied(statement: string): Write | null {
  const reader = new TokenReader(statement)
  reader.word('copy')
  const first = reader.name()
  const second = reader.symbol('.') ? reader.name() : undefined
  const table = second ?? first
  const columns = reader.symbol('(') ? reader.list().map(([item]) => item?.text) : null
  if (table === undefined || !reader.word('from')) return null
  return {
    schema: second === undefined ? undefined : first,
    table,
    listed: columns !== null,
    gives: (column) => columns?.includes(column) ?? true,
  }
}

function withoutValues(statement: string): string {
  let text = ''
  for (const token of sqlTokens(statement.slice(0, 500))) {
    const word = token.kind === 'quoted' ? `"${token.text}"` : token.text
    const shown = token.kind === 'value' && !/^\$\d+$/.test(word) ? '?' : word
    text += /^[,.);]$/.test(shown) || /[.(]$/.test(text) || text === '' ? shown : ` ${shown}`
    if (text.length > 160) return `${text.slice(0, 160)}…`
  }
  return text
}
