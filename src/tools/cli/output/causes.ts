import type { DiagnosedColumn } from '../../diagnose/diagnose'
import { tableArgument } from '../../sequences/names'
import { shortName, type Runnable } from './columns'
import { printable } from './printable'

/** Returns a column and its causes, each with its evidence and its remedy, and an empty line after them. */
export function causeLines(column: DiagnosedColumn, here: Runnable): string[] {
  const { causes, verdict, reason } = column
  const head = `${shortName(column)}  ${verdict}${reason === null ? '' : `: ${printable(here(reason))}`}`
  if (causes.length === 0) return [head, `  ${here(unexplained(column))}`, '']
  const lines = causes.flatMap(({ kind, confidence, summary, evidence, remedy }) => [
    `${confidence}: ${summary} (${kind})`,
    ...evidence.map(({ source, text }) => `  ${source}: ${text}`),
    `  ${here(remedy)}`,
  ])
  return [head, ...lines.map((line) => `  ${printable(line)}`), '']
}

function unexplained(column: DiagnosedColumn): string {
  if (column.verdict !== 'behind') return 'No cause was found.'
  return printable(
    `No cause was found. A trap shows what brings the next id. Run: typeorm-resync diagnose --trap --table ${tableArgument(column)}`,
  )
}
