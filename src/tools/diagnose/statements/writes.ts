import type { Token } from '../../sql/sql-tokens'
import { TokenReader } from '../../sql/token-reader'

/** A statement, or a part of one, that puts rows into a table. */
export interface Write {
  readonly by: 'insert' | 'copy' | 'merge'
  /** Undefined where the search path decides. */
  readonly schema: string | undefined
  readonly table: string
  /** OVERRIDING SYSTEM VALUE: the rows' values win over GENERATED ALWAYS. */
  readonly overrides: boolean
  /** Whether it lists its columns. */
  readonly lists: boolean
  /** Tells whether its rows bring a value of their own for the column. `columns` are the table's, in their order. */
  gives(column: string, columns: readonly string[]): boolean
}

/** Those that run what is written in them; of EXPLAIN, CREATE FUNCTION and others the text says nothing of rows. */
const WRITING = ['insert', 'with', 'copy', 'merge', 'prepare']

/** Reads every write in SQL, also those inside of WITH and MERGE. */
export function readWrites(sql: string): Write[] {
  const reader = new TokenReader(sql)
  const first = reader.take()?.text ?? ''
  if (!WRITING.includes(first)) return []
  if (first === 'copy') return readCopy(reader)
  const target = first === 'merge' && reader.word('into') ? readTable(reader) : undefined
  const writes: Write[] = []
  let isInsert = first === 'insert'
  while (!reader.ended) {
    if (isInsert && reader.word('into')) {
      const table = readTable(reader)
      if (table) writes.push(readRows(reader, 'insert', table))
    } else if (isInsert && target) writes.push(readRows(reader, 'merge', target))
    isInsert = reader.word('insert')
    if (!isInsert) reader.take()
  }
  return writes
}

/** Reads every INSERT in a rule, as pg_get_ruledef writes it. */
export function readRuleWrites(definition: string): Write[] {
  return readWrites(`with ${definition}`)
}

interface TableName {
  readonly schema: string | undefined
  readonly table: string
}

function readTable(reader: TokenReader): TableName | undefined {
  reader.word('only')
  const first = reader.name()
  const second = reader.symbol('.') ? reader.name() : undefined
  const table = second ?? first
  return table === undefined
    ? undefined
    : { schema: second === undefined ? undefined : first, table }
}

function readCopy(reader: TokenReader): Write[] {
  const table = readTable(reader)
  if (!table) return []
  const columns = reader.symbol('(') ? names(reader.list()) : null
  if (!reader.word('from')) return []
  return [write('copy', table, columns, false, () => true)]
}

function readRows(reader: TokenReader, by: 'insert' | 'merge', table: TableName): Write {
  if (reader.word('as')) reader.name()
  const columns = reader.symbol('(') ? names(reader.list()) : null
  let overrides = false
  if (reader.word('overriding')) {
    // What the rows bring for an identity column is then ignored.
    if (reader.word('user')) return write(by, table, [], false, () => false)
    overrides = reader.word('system')
    reader.word('value')
  }
  if (reader.word('default')) return write(by, table, [], false, () => false)
  if (reader.word('values')) return write(by, table, columns, overrides, inValues(reader))
  if (reader.word('select')) return write(by, table, columns, overrides, inSelect(reader))
  return write(by, table, columns, overrides, () => true)
}

function write(
  by: Write['by'],
  table: TableName,
  listed: readonly string[] | null,
  overrides: boolean,
  isGiven: (index: number) => boolean,
): Write {
  return {
    ...table,
    by,
    overrides,
    lists: listed !== null,
    gives: (column, columns) => {
      const index = (listed ?? columns).indexOf(column)
      return index !== -1 && isGiven(index)
    },
  }
}

function inValues(reader: TokenReader): (index: number) => boolean {
  const given = new Set<number>()
  do {
    if (!reader.symbol('(')) break
    for (const [index, value] of reader.list().entries()) if (!isDrawn(value)) given.add(index)
  } while (reader.symbol(','))
  return (index) => given.has(index)
}

/** Reads what is selected, up to the clause after it. `*` may be any number of columns. */
function inSelect(reader: TokenReader): (index: number) => boolean {
  reader.word('distinct')
  const items: Token[][] = [[]]
  let depth = 0
  for (let token = reader.take(); token; token = reader.take()) {
    if (depth === 0 && token.kind === 'word' && ENDS.includes(token.text)) break
    if (token.text === '(' && token.kind === 'symbol') depth += 1
    if (token.text === ')' && token.kind === 'symbol') depth -= 1
    if (depth < 0) break
    if (depth === 0 && token.kind === 'symbol' && token.text === ',') items.push([])
    else items.at(-1)?.push(token)
  }
  const star = items.findIndex((item) => item.at(-1)?.text === '*')
  return (index) => {
    if (star !== -1 && index >= star) return true
    const item = items[index]
    return item !== undefined && !isDrawn(item)
  }
}

const ENDS = ['from', 'where', 'group', 'order', 'limit', 'union', 'returning', 'on']

/** DEFAULT, or nextval itself: both draw from the sequence. */
function isDrawn(value: readonly Token[]): boolean {
  const [first, second, third] = value
  if (first?.kind !== 'word') return false
  if (first.text === 'default') return second === undefined
  return (
    first.text === 'nextval' ||
    (first.text === 'pg_catalog' && second?.text === '.' && third?.text === 'nextval')
  )
}

function names(items: readonly (readonly Token[])[]): string[] {
  return items.map(([item]) => item?.text ?? '')
}
