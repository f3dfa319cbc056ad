import { sqlTokens, type Token } from './sql-tokens'
import { TokenReader } from './token-reader'

/** Which conflicts an insert passes over or turns into an update: all, those of some columns, or those of a constraint. */
export type ConflictTarget =
  'any' | { readonly columns: readonly string[] } | { readonly constraint: string }

/** What an INSERT says of its table's columns. */
export interface InsertStatement {
  /** Undefined where the search path decides. */
  readonly schema: string | undefined
  readonly table: string
  readonly onConflict: ConflictTarget | null
  /** Tells whether a row may bring a value of its own for the column, and does not leave it to the column's default. */
  gives(column: string): boolean
}

/** Tells whether SQL is one INSERT. Of several statements one may have committed, so that they must not run again. */
export function isInsert(sql: string): boolean {
  return /^(?:\s|--.*|\/\*[^]*?\*\/)*insert\b/i.test(sql) && isSingle(sql)
}

function isSingle(sql: string): boolean {
  // Few have a semicolon, and long ones take a while to read.
  if (!sql.includes(';')) return true
  let ended = false
  for (const { kind, text } of sqlTokens(sql)) {
    if (ended) return false
    ended = kind === 'symbol' && text === ';'
  }
  return true
}

/** Reads an INSERT; null for any other SQL, and where it cannot be told. */
export function parseInsert(sql: string): InsertStatement | null {
  if (!isInsert(sql)) return null
  const reader = new TokenReader(sql)
  reader.word('insert')
  if (!reader.word('into')) return null
  const first = reader.name()
  const second = reader.symbol('.') ? reader.name() : undefined
  const table = second ?? first
  if (table === undefined) return null
  if (reader.word('as')) reader.name()
  const columns = reader.symbol('(') ? reader.list().map(([item]) => item?.text) : null
  // What the rows bring for an identity column is then ignored.
  const ignored = reader.word('overriding') && reader.word('user')
  const given = givenIn(reader)
  return {
    schema: second === undefined ? undefined : first,
    table,
    onConflict: conflictTarget(reader),
    gives(column) {
      if (ignored || given === 'nothing') return false
      if (columns === null) return true
      const index = columns.indexOf(column)
      return index !== -1 && (given === 'anything' || given.has(index))
    },
  }
}

/** Takes the rows; returns the places in which one of them has anything but DEFAULT. */
function givenIn(reader: TokenReader): ReadonlySet<number> | 'nothing' | 'anything' {
  while (!reader.ended) {
    if (reader.word('default')) return reader.word('values') ? 'nothing' : 'anything'
    if (reader.word('values')) return givenInRows(reader)
    if (reader.word('select') || reader.word('with') || reader.word('table')) return 'anything'
    reader.take()
  }
  return 'anything'
}

function givenInRows(reader: TokenReader): ReadonlySet<number> {
  const given = new Set<number>()
  do {
    if (!reader.symbol('(')) break
    for (const [index, value] of reader.list().entries()) {
      if (!isDefault(value)) given.add(index)
    }
  } while (reader.symbol(','))
  return given
}

function isDefault([token, ...rest]: readonly Token[]): boolean {
  return token?.kind === 'word' && token.text === 'default' && rest.length === 0
}

/** Takes everything up to ON CONFLICT and its target; brackets are passed over whole. */
function conflictTarget(reader: TokenReader): ConflictTarget | null {
  while (!reader.ended) {
    if (reader.word('on') && reader.word('conflict')) {
      if (reader.word('on') && reader.word('constraint')) {
        const constraint = reader.name()
        return constraint === undefined ? 'any' : { constraint }
      }
      if (!reader.symbol('(')) return 'any'
      return { columns: reader.list().flatMap(([item]) => (item ? [item.text] : [])) }
    }
    if (reader.symbol('(')) reader.list()
    else reader.take()
  }
  return null
}
