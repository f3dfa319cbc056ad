import { timestampOf } from '../../generator/name'
import { classNamesIn } from '../../generator/render'
import type { CauseKind } from '../cause'
import { writesInCode, writesInSql, type Write } from './code-writes'
import type { SourceFile } from './files'
import { codeTokens, type CodeToken } from './lexer'
import { downMethods, movesInCode, resyncCalls, resyncOf, type Resync } from './resyncs'
import type { ScannedColumn } from './scanned-column'
import { sequenceMoves, type SequenceMove } from './sequence-moves'

/** What may let a sequence drift, and where. */
export interface Finding extends Write {
  readonly kind: CauseKind
  readonly source: string
  /** Of a migration, when it runs. */
  readonly timestamp: number | undefined
}

/** What a file holds. */
export interface FileFindings {
  readonly findings: readonly Finding[]
  /** What it resyncs when it runs. */
  readonly resyncs: readonly Resync[]
  /** Of a migration, when it runs. */
  readonly timestamp: number | undefined
}

/** What runs from its beginning to its end, alone, so that a setval after an insert is enough. */
const SCRIPT = /\.sql$|(?:^|\/)(?:scripts?|bin)\//

/** Finds what a file does to the columns' sequences. */
export function findingsIn(
  { path, text }: SourceFile,
  columns: readonly ScannedColumn[],
  notes: string[],
): FileFindings {
  const tokens = path.endsWith('.sql') ? null : codeTokens(text)
  const kind = kindOf(path, text)
  const caps = new Set<string>()
  const reached = (cap: string) => void caps.add(cap)
  const downs = tokens && kind === 'migration' ? downMethods(tokens) : []
  const runs = (at: number) => !downs.some(({ from, to }) => at >= from && at < to)
  const writes = (
    tokens ? writesInCode(tokens, columns, reached) : writesInSql(text, columns, reached)
  ).filter(({ order }) => runs(order))
  const moves = (tokens ? movesInCode(tokens) : sequenceMoves(text)).filter(({ at }) => runs(at))
  const calls = (tokens ? resyncCalls(tokens) : []).filter(({ to }) => runs(to))
  const back = wentBack(moves, writes, columns)
  const isBack = new Set(back.map(({ move }) => move))
  const resyncs = [...calls, ...moves.filter((move) => !isBack.has(move)).map(resyncOf)]
  const isScript = kind !== 'source-insert' || SCRIPT.test(path)
  const open = [
    ...writes.flatMap((write) => left(write, resyncs, isScript)).map((one) => ({ ...one, kind })),
    ...back.flatMap(({ write }) => left(write, resyncs, isScript)).map(asWentBack),
    ...(tokens ? plainEntities(tokens, columns) : []),
  ]
  for (const cap of caps) notes.push(`Did not read all of "${path}": ${cap}.`)
  const line = lineOf(text)
  const timestamp = kind === 'migration' ? migrationTime(path, text) : undefined
  return {
    findings: open.map((one) => ({ ...one, timestamp, source: `${path}:${String(line(one.at))}` })),
    resyncs,
    timestamp,
  }
}

function kindOf(path: string, text: string): CauseKind {
  if (/\bimplements\s+MigrationInterface\b/.test(text) || /(?:^|\/)migrations?\//.test(path)) {
    return 'migration'
  }
  return /seed|fixture/i.test(path) ? 'seed' : 'source-insert'
}

function migrationTime(path: string, text: string): number | undefined {
  const names = [
    path
      .split('/')
      .at(-1)
      ?.replace(/\.[^.]*$/, '') ?? '',
    ...classNamesIn(text),
  ]
  return names.flatMap((name) => timestampOf(name) ?? [])[0]
}

/** Finds moves to a constant: to the start, or where nothing before it in the file gave ids that it would make up for, as a dump's does. */
function wentBack(
  moves: readonly SequenceMove[],
  writes: readonly Write[],
  columns: readonly ScannedColumn[],
) {
  return moves.flatMap((move) => {
    const { constant, at, text } = move
    if (constant === null) return []
    return columns
      .filter((column) => move.moves(column) === true)
      .filter((column) => {
        const follows = writes.some((write) => write.column === column && write.order < at)
        return constant === 1n || !follows
      })
      .map((column) => {
        const write: Write = { column, at, order: at, text, confidence: 'possible' }
        return { move, write }
      })
  })
}

function asWentBack(write: Write) {
  return { ...write, kind: 'went-back' as const }
}

/** Returns nothing where a resync makes up for it, and less certainty where one may. */
function left(write: Write, resyncs: readonly Resync[], isScript: boolean): Write[] {
  const after = resyncs
    .filter(({ from, to }) => write.order >= from && write.order < to)
    .map(({ isCall, resyncs: does }) => ({
      isEnough: isCall || isScript,
      does: does(write.column),
    }))
  if (after.some(({ isEnough, does }) => isEnough && does === true)) return []
  return [after.some(({ does }) => does !== false) ? { ...write, confidence: 'possible' } : write]
}

function plainEntities(tokens: readonly CodeToken[], columns: readonly ScannedColumn[]) {
  const classes = tokens.filter((_, index) => tokens[index - 1]?.text === 'class')
  return columns.flatMap((column) =>
    classes
      .filter(({ text }) => column.plain.includes(text))
      .map(({ text, at }) => ({
        column,
        at,
        order: at,
        text: `class ${text}`,
        confidence: 'likely' as const,
        kind: 'primary-column' as const,
      })),
  )
}

/** Returns a function that tells the line of a place; asked for places in order, it reads the text once. */
function lineOf(text: string): (at: number) => number {
  let line = 1
  let known = 0
  return (at) => {
    if (at < known) [line, known] = [1, 0]
    line += text.slice(known, at).split('\n').length - 1
    known = at
    return line
  }
}
