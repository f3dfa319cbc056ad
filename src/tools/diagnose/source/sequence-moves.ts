import { TokenReader } from '../../sql/token-reader'
import type { Token } from '../../sql/sql-tokens'
import { maskSql } from './sql-mask'
import type { ScannedColumn } from './scanned-column'

/** A piece of SQL that moves a sequence. */
export interface SequenceMove {
  readonly at: number
  /** Where to, where it is written there; null where it is computed. */
  readonly constant: bigint | null
  /** Whether it moves the column's; undefined where its name is not in the text. */
  readonly moves: (column: ScannedColumn) => boolean | undefined
  /** In a form to print. */
  readonly text: string
}

const MOVE = /\bsetval\s*\(|\balter\s+(?:sequence|table)\s/gi
/** A statement's head, so that a sentence about setval is none. */
const SETVAL_HEAD = /^\s*(?:select|perform|with|do|begin|declare|if|for)\b/i
const ALTER_HEAD = /(?:^|\b(?:begin|then|else|loop))\s*$/i
/** A statement is read so far, before the place and after it. */
const LONGEST = 2_000

/** Finds where SQL moves sequences: setval and RESTART. */
export function sequenceMoves(sql: string): SequenceMove[] {
  if (!/\bsetval\b|\brestart\b/i.test(sql)) return []
  const { plain, mask } = maskSql(sql)
  return [...mask.matchAll(MOVE)].flatMap(({ 0: word, index }) => {
    const head = mask.slice(Math.max(0, index - LONGEST), index)
    const own = head.slice(head.lastIndexOf(';') + 1)
    const end = mask.slice(index, index + LONGEST).indexOf(';')
    const reader = new TokenReader(plain.slice(index, index + (end === -1 ? LONGEST : end)))
    const isSetval = /^setval/i.test(word)
    if (!(isSetval ? SETVAL_HEAD : ALTER_HEAD).test(own)) return []
    const move = isSetval ? setval(reader) : restart(reader)
    return move ? [{ ...move, at: index }] : []
  })
}

type Move = Omit<SequenceMove, 'at'>

function setval(reader: TokenReader): Move | null {
  reader.word('setval')
  reader.symbol('(')
  const [subject = [], value = []] = reader.list()
  if (value.length === 0 && subject.length === 0) return null
  const constant = constantOf(value)
  const text = constant === null ? 'setval(…)' : `setval(…, ${String(constant)})`
  const serial = subject.findIndex((token) => token.text === 'pg_get_serial_sequence')
  const table = nameIn(subject[serial === -1 ? 0 : serial + 2])
  if (table === undefined) return { constant, text, moves: () => undefined }
  if (serial === -1) return { constant, text, moves: (column) => isSequenceOf(table, column) }
  const key = literal(subject[serial + 4])
  return { constant, text, moves: (column) => isTable(table, column, key) }
}

function restart(reader: TokenReader): Move | null {
  reader.word('alter')
  const isTableOfIt = reader.word('table')
  if (!isTableOfIt) reader.word('sequence')
  if (reader.word('if')) reader.word('exists')
  reader.word('only')
  const name = qualifiedName(reader)
  let key: string | undefined
  if (isTableOfIt && reader.word('alter')) {
    reader.word('column')
    key = reader.name()
  }
  let restarts = reader.word('restart')
  while (!restarts && !reader.ended) {
    reader.take()
    restarts = reader.word('restart')
  }
  if (!restarts) return null
  reader.word('with')
  const rest = [reader.take(), reader.take()].flatMap((token) => token ?? [])
  const isBare = rest[0]?.kind !== 'value' && rest[0]?.text !== '-'
  const constant = isBare ? 1n : constantOf(rest.slice(0, rest[0]?.text === '-' ? 2 : 1))
  return {
    constant,
    text: isBare ? 'restart' : `restart with ${constant === null ? '…' : String(constant)}`,
    moves: (column) => {
      if (name === undefined) return undefined
      return isTableOfIt ? isTable(name, column, key ?? '') : isSequenceOf(name, column)
    },
  }
}

interface Name {
  readonly schema: string | undefined
  readonly name: string
}

function qualifiedName(reader: TokenReader): Name | undefined {
  const first = reader.name()
  const second = reader.symbol('.') ? reader.name() : undefined
  if (first === undefined) return undefined
  return second === undefined ? { schema: undefined, name: first } : { schema: first, name: second }
}

/** Reads a name in a string; undefined where an expression gives it. */
function nameIn(token: Token | undefined): Name | undefined {
  const name = literal(token)?.replace(/^"?\$0"?\./, '')
  if (name === undefined || name.includes('$0')) return undefined
  return qualifiedName(new TokenReader(name))
}

function literal(token: Token | undefined): string | undefined {
  if (token?.kind !== 'value' || !token.text.startsWith("'")) return undefined
  return token.text.slice(1, -1).replaceAll("''", "'")
}

function constantOf([first, second, ...others]: readonly Token[]): bigint | null {
  if (first?.text === '-' && second) {
    const positive = constantOf([second, ...others])
    return positive === null ? null : -positive
  }
  // A cast may follow.
  const isAlone = second === undefined || second.text === ':'
  const digits = literal(first) ?? first?.text ?? ''
  return isAlone && /^\d{1,19}$/.test(digits) ? BigInt(digits) : null
}

function isSequenceOf(
  { schema, name }: Name,
  { schema: own, table, column, sequence }: ScannedColumn,
): boolean {
  const isIn = (other: string) => schema === undefined || schema === other
  if (name === sequence?.name && isIn(sequence.schema)) return true
  return name === `${table}_${column}_seq` && isIn(own)
}

/** With no key, because an expression gives it, it is any of the table's. */
function isTable({ schema, name }: Name, column: ScannedColumn, key: string | undefined): boolean {
  if (name !== column.table || (schema !== undefined && schema !== column.schema)) return false
  return key === undefined || key.includes('$') || key === column.column
}
