import { columnName, sequenceName, tableArgument } from '../../sequences/names'
import { isPast } from '../../sequences/position'
import type { VerifiedColumn } from '../../sequences/verify'
import { sqlTokens, type Token } from '../../sql/sql-tokens'
import type { Cause, Confidence } from '../cause'
import { statementEvidence } from './evidence'
import type { Statement } from './read'

/** Whether a bare name may mean another schema's. */
export interface Namesakes {
  readonly ofTable: boolean
  readonly ofSequence: boolean
}

/** Returns the cause that statements put the column's sequence back, where it is behind. */
export function restartCause(
  column: VerifiedColumn,
  statements: readonly Statement[],
  known: Namesakes,
): Cause[] {
  const { sequence, verdict } = column
  if (!sequence || verdict !== 'behind') return []
  const seen = statements.flatMap((statement) => {
    const confidence = restarts(statement.query, column, known)
    return confidence === null ? [] : [{ confidence, statement }]
  })
  if (seen.length === 0) return []
  return [
    {
      kind: 'went-back',
      summary: `Sequence ${sequenceName(sequence)} was set anew by statements, and now stands before what ${columnName(column)} holds.`,
      confidence: seen.some(({ confidence }) => confidence === 'likely') ? 'likely' : 'possible',
      evidence: seen.slice(0, 5).map(({ statement }) => statementEvidence(statement)),
      remedy: `Take RESTART and setval out of what ran them; apply only moves forward. Run: typeorm-resync apply --table ${tableArgument(column)}`,
    },
  ]
}

/** Tells how surely a statement put the column's sequence back; null where it did not. */
export function restarts(sql: string, column: VerifiedColumn, known: Namesakes): Confidence | null {
  const { sequence, columnMax } = column
  if (!/\brestart\b|\bsetval\b/i.test(sql) || !sequence) return null
  const tokens = [...sqlTokens(sql)]
  const [first, second] = tokens
  const isTable = named(tokens, column.schema, column.table)
  if (first?.text === 'alter') {
    const isOwn =
      second?.text === 'sequence' ? named(tokens, sequence.schema, sequence.name) : isTable
    const value = restartValue(tokens, second?.text === 'sequence' ? null : column.column)
    if (isOwn === null || value === undefined) return null
    if (value !== null && columnMax !== null && isPast(sequence, value, columnMax)) return null
    const hasNamesake = second?.text === 'sequence' ? known.ofSequence : known.ofTable
    return isOwn === 'bare' && hasNamesake ? 'possible' : 'likely'
  }
  if (first?.text === 'truncate')
    return isTable !== null && tokens.some((token) => isWord(token, 'restart')) ? 'possible' : null
  if (!tokens.some((token) => isWord(token, 'setval'))) return null
  // The name of a sequence is a constant, and so hidden; the table in max() is not.
  if (first?.text !== 'select' && first?.text !== 'with') return null
  if (isTable === null) return named(tokens, null, column.table) === null ? 'possible' : null
  return isTable === 'bare' && known.ofTable ? 'possible' : 'likely'
}

/** How a statement names a relation: with its schema, or without, as the search path finds it; null where it does not. Null for any schema. */
function named(
  tokens: readonly Token[],
  schema: string | null,
  name: string,
): 'qualified' | 'bare' | null {
  const found = tokens.flatMap(({ kind, text }, at) => {
    if ((kind !== 'word' && kind !== 'quoted') || text !== name) return []
    if (tokens[at - 1]?.text !== '.') return ['bare' as const]
    return [schema === null || tokens[at - 2]?.text === schema ? ('qualified' as const) : null]
  })
  if (found.includes('qualified')) return 'qualified'
  // The table of another schema, and columns written with its name.
  return found.includes(null) ? null : (found[0] ?? null)
}

/** Returns the value after RESTART; null where the sequence's start is meant, undefined where there is no RESTART of the column. */
function restartValue(tokens: readonly Token[], column: string | null): bigint | null | undefined {
  const at = tokens.findIndex(
    (token, index) => isWord(token, 'restart') && isOf(tokens, index, column),
  )
  if (at === -1) return undefined
  const from = isWord(tokens[at + 1], 'with') ? at + 2 : at + 1
  const isNegative = tokens[from]?.text === '-'
  const value = tokens[isNegative ? from + 1 : from]?.text ?? ''
  if (!/^\d+$/.test(value)) return null
  return isNegative ? -BigInt(value) : BigInt(value)
}

/** `ALTER [COLUMN] name … RESTART`. */
function isOf(tokens: readonly Token[], restart: number, column: string | null): boolean {
  if (column === null) return true
  const alter = tokens.slice(0, restart).findLastIndex((token) => isWord(token, 'alter'))
  const name = isWord(tokens[alter + 1], 'column') ? alter + 2 : alter + 1
  return tokens[name]?.text === column
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text
}
