import type { Confidence } from '../cause'
import type { CodeToken } from './lexer'
import { callAt, depthChange, isSymbol, LONGEST_CALL } from './calls'
import type { ScannedColumn } from './scanned-column'
import { sqlWrites } from './sql-writes'

/** Is told of a limit that something was not read beyond. */
export type Reached = (cap: string) => void

/** A place that gives a key's values. */
export interface Write {
  readonly column: ScannedColumn
  readonly at: number
  /** Tells what comes first, also within one string. */
  readonly order: number
  readonly text: string
  readonly confidence: Confidence
}

/** Finds SQL that gives the columns' values. */
export function writesInSql(
  sql: string,
  columns: readonly ScannedColumn[],
  reached: Reached = () => undefined,
): Write[] {
  return sqlWrites(sql, reached).flatMap((write) =>
    columns
      .filter(
        ({ schema, table, column }) =>
          write.table === table &&
          (write.schema === undefined || write.schema === schema || write.schema.includes('$0')) &&
          write.gives(column),
      )
      .map((column) => ({
        column,
        at: write.at,
        order: write.at,
        text: write.text,
        confidence: write.listed ? 'likely' : 'possible',
      })),
  )
}

/** Finds code that gives the columns' values: SQL in its strings, and calls of TypeORM's. */
export function writesInCode(
  tokens: readonly CodeToken[],
  columns: readonly ScannedColumn[],
  reached: Reached = () => undefined,
): Write[] {
  const repositories = repositoriesIn(tokens)
  const writes: Write[] = []
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'string') {
      const { at } = token
      const inString = writesInSql(token.text, columns, reached)
      writes.push(...inString.map((write) => ({ ...write, at, order: at + 1 + write.order })))
      for (const inner of token.inner) writes.push(...writesInCode(inner, columns, reached))
    }
    if (
      token.kind !== 'word' ||
      !isSymbol(tokens[index - 1], '.') ||
      !isSymbol(tokens[index + 1], '(')
    )
      continue
    writes.push(...writesInCall(tokens, index, columns, repositories, reached))
  }
  return writes
}

function writesInCall(
  tokens: readonly CodeToken[],
  index: number,
  columns: readonly ScannedColumn[],
  repositories: ReadonlyMap<string, string>,
  reached: Reached,
): Write[] {
  const token = tokens[index]
  const method = token?.text
  if (!token || !/^(?:into|insert|save|upsert)$/.test(method ?? '')) return []
  const call = callAt(tokens, index + 1)
  const owner = ownerOf(tokens, index - 1, repositories)
  const values = owner === undefined ? call.items.slice(1) : call.items
  const subject = owner ?? call.items[0]?.[0]?.text
  return columns.flatMap((column) => {
    const isString = owner === undefined && call.items[0]?.[0]?.kind === 'string'
    const isEntity = subject !== undefined && column.entities.includes(subject)
    const isTable = isString && namesTable(subject ?? '', column)
    if (!isEntity && !isTable) return []
    if (call.isCut)
      reached(
        `a call of .${String(method)}() was read for ${LONGEST_CALL.toLocaleString('en')} tokens only`,
      )
    const write = (confidence: Confidence): Write[] => [
      {
        column,
        at: token.at,
        order: token.at,
        confidence,
        text: `.${String(method)}(${String(subject)}, …) with ${column.property}`,
      },
    ]
    const honoured = column.honoured || !isEntity
    if (method === 'into') {
      if (values[0] && listsKey(values[0], column)) return write('likely')
      return honoured && chainValues(tokens, call.end, column) ? write('likely') : []
    }
    const given = values[0] && objectGives(values[0], column.property)
    if (method === 'upsert')
      // Rows that are elsewhere have the key that they are compared by.
      return (given || isElsewhere(values[0])) && values[1] && listsKey(values[1], column)
        ? write('possible')
        : []
    return given && honoured ? write(method === 'insert' ? 'likely' : 'possible') : []
  })
}

function isElsewhere(rows: readonly CodeToken[] | undefined): boolean {
  return rows?.[0]?.kind === 'word'
}

function namesTable(name: string, { schema, table }: ScannedColumn): boolean {
  return name === table || name === `${schema}.${table}`
}

/** Returns the entity of a repository before the dot; undefined where it is none. */
function ownerOf(
  tokens: readonly CodeToken[],
  dot: number,
  repositories: ReadonlyMap<string, string>,
): string | undefined {
  const before = tokens[dot - 1]
  if (before?.kind === 'word') return repositories.get(before.text)
  if (!isSymbol(before, ')') || tokens[dot - 4]?.text !== 'getRepository') return undefined
  return tokens[dot - 2]?.text
}

/** Names of variables and properties: `users: Repository<User>`, `users = source.getRepository(User)`. */
function repositoriesIn(tokens: readonly CodeToken[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const [index, { text, kind }] of tokens.entries()) {
    if (kind !== 'word') continue
    if (
      text === 'Repository' &&
      isSymbol(tokens[index - 1], ':') &&
      isSymbol(tokens[index + 1], '<')
    ) {
      found.set(tokens[index - 2]?.text ?? '', tokens[index + 2]?.text ?? '')
    }
    if (text !== 'getRepository' || !isSymbol(tokens[index + 1], '(')) continue
    let start = index - 1
    while (isSymbol(tokens[start], '.') && tokens[start - 1]?.kind === 'word') start -= 2
    if (isSymbol(tokens[start], '='))
      found.set(tokens[start - 1]?.text ?? '', tokens[index + 2]?.text ?? '')
  }
  return found
}

/** Tells whether `.values(…)` later in the chain gives the key. */
function chainValues(tokens: readonly CodeToken[], end: number, column: ScannedColumn): boolean {
  let at = end + 1
  while (isSymbol(tokens[at], '.') && isSymbol(tokens[at + 2], '(')) {
    const call = callAt(tokens, at + 2)
    if (tokens[at + 1]?.text === 'values') {
      return call.items[0] !== undefined && objectGives(call.items[0], column.property)
    }
    at = call.end + 1
  }
  return false
}

function listsKey(tokens: readonly CodeToken[], { property, column }: ScannedColumn): boolean {
  return tokens.some(
    ({ kind, text }) => kind === 'string' && (text === property || text === column),
  )
}

/** Tells whether an object, or one in a list of them, has the property, and a value for it. */
function objectGives(tokens: readonly CodeToken[], property: string): boolean {
  const level = isSymbol(tokens[0], '[') ? 2 : 1
  if (!isSymbol(tokens[level - 1], '{')) return false
  let depth = 0
  return tokens.some((token, index) => {
    if (token.kind === 'symbol') depth += depthChange(token.text)
    if (depth !== level || token.text !== property || token.kind === 'symbol') return false
    const before = tokens[index - 1]
    const after = tokens[index + 1]
    if (!isSymbol(before, '{') && !isSymbol(before, ',')) return false
    if (isSymbol(after, ',') || isSymbol(after, '}')) return token.kind === 'word'
    return isSymbol(after, ':') && !/^(?:undefined|null)$/.test(tokens[index + 2]?.text ?? '')
  })
}
