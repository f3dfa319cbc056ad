import { columnName, sequenceName, tableArgument } from '../../sequences/names'
import { isPast } from '../../sequences/position'
import type { VerifiedColumn } from '../../sequences/verify'
import { sqlTokens } from '../../sql/sql-tokens'
import type { Cause, Confidence } from '../cause'
import { statementEvidence } from './evidence'
import type { Statement } from './read'

/** Returns the cause that statements put the column's sequence back, where it is behind. */
export function restartCause(column: VerifiedColumn, statements: readonly Statement[]): Cause[] {
  const { sequence, verdict } = column
  if (!sequence || verdict !== 'behind') return []
  const seen = statements.flatMap((statement) => {
    const confidence = restarts(statement.query, column)
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
export function restarts(sql: string, column: VerifiedColumn): Confidence | null {
  if (!/\brestart\b|\bsetval\b/i.test(sql) || !column.sequence) return null
  const tokens = [...sqlTokens(sql)]
  const words = tokens.map(({ text }) => text)
  const [first, second] = words
  const names = (name: string) =>
    tokens.some(({ kind, text }) => (kind === 'word' || kind === 'quoted') && text === name)
  if (first === 'alter') {
    const named = second === 'sequence' ? column.sequence.name : column.table
    const at = words.indexOf('restart')
    if (!names(named) || at === -1) return null
    const value = words[words[at + 1] === 'with' ? at + 2 : at + 1]
    const isAhead =
      /^\d+$/.test(value ?? '') &&
      column.columnMax !== null &&
      isPast(column.sequence, BigInt(value ?? 0), column.columnMax)
    return isAhead ? null : 'likely'
  }
  if (first === 'truncate')
    return names(column.table) && words.includes('restart') ? 'possible' : null
  // The name of a sequence is a constant, and so hidden; the table in max() is not.
  if (first === 'select' && words.includes('setval'))
    return names(column.table) ? 'likely' : 'possible'
  return null
}
