import { callAt, depthChange, isSymbol } from './calls'
import type { CodeToken } from './lexer'
import type { ScannedColumn } from './scanned-column'
import { sequenceMoves, type SequenceMove } from './sequence-moves'

/** What makes up for ids that were given: those between two places of a file. */
export interface Resync {
  readonly from: number
  readonly to: number
  /** Of `resyncSequences` and `withResync`, which repair whatever is behind; a setval is right where nobody else writes. */
  readonly isCall: boolean
  /** Whether it resyncs the column's sequence; undefined where its name is not in the text. */
  readonly resyncs: (column: ScannedColumn) => boolean | undefined
}

/** A part of a file, from its first place to before its last. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Returns the statement that moves a sequence as what it makes up for: all before it. */
export function resyncOf(move: SequenceMove): Resync {
  return { from: 0, to: move.at, isCall: false, resyncs: move.moves }
}

/** Finds SQL that moves sequences in the strings of code. */
export function movesInCode(tokens: readonly CodeToken[]): SequenceMove[] {
  return tokens.flatMap(({ kind, text, at, inner }) =>
    kind === 'string'
      ? [
          ...sequenceMoves(text).map((move) => ({ ...move, at: at + 1 + move.at })),
          ...inner.flatMap(movesInCode),
        ]
      : [],
  )
}

/** Finds calls of this package's functions. */
export function resyncCalls(tokens: readonly CodeToken[]): Resync[] {
  const closing = closings(tokens)
  return tokens.flatMap((token, index) => {
    if (token.kind === 'string') return token.inner.flatMap(resyncCalls)
    if (!/^(?:resyncSequences|withResync)$/.test(token.text)) return []
    if (!isSymbol(tokens[index + 1], '(') || tokens[index - 1]?.text === 'function') return []
    const isCall = true
    if (token.text === 'withResync') {
      const to = tokens[closing(index + 1)]?.at ?? Infinity
      return [{ from: token.at, to, isCall, resyncs: () => true }]
    }
    const { items } = callAt(tokens, index + 1)
    return [{ from: 0, to: token.at, isCall, resyncs: (column) => selects(items[1], column) }]
  })
}

/** Tells whether options leave the column in: they may name other entities or tables. */
function selects(options: readonly CodeToken[] = [], column: ScannedColumn): boolean {
  const { schema, table, entities } = column
  const names = new Set(options.map(({ text }) => text))
  const hasOne = (...words: string[]) => words.some((word) => names.has(word))
  if (!hasOne('tables', 'entities')) return !hasOne('schemas') || hasOne(schema)
  return hasOne(table, `${schema}.${table}`, ...entities)
}

/** Finds the bodies of methods called `down`: what a migration does there, it does when it is taken back. */
export function downMethods(tokens: readonly CodeToken[]): Range[] {
  const closing = closings(tokens)
  return tokens.flatMap(({ text, at }, index) => {
    if (text !== 'down' || !isSymbol(tokens[index + 1], '(')) return []
    if (isSymbol(tokens[index - 1], '.')) return []
    const head = closing(index + 1)
    const open = tokens.slice(head, head + 20).findIndex((token) => isSymbol(token, '{'))
    if (open === -1) return []
    return [{ from: at, to: tokens[closing(head + open)]?.at ?? Infinity }]
  })
}

/** Returns the index of the bracket that closes each, from one pass: so that many that are never closed cost no square of the text. */
function closings(tokens: readonly CodeToken[]): (open: number) => number {
  const closed = new Map<number, number>()
  const open: number[] = []
  for (const [index, { kind, text }] of tokens.entries()) {
    const change = kind === 'symbol' ? depthChange(text) : 0
    if (change > 0) open.push(index)
    const last = change < 0 ? open.pop() : undefined
    if (last !== undefined) closed.set(last, index)
  }
  return (at) => closed.get(at) ?? tokens.length
}
