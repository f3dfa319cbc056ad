import { isResolved } from '../catalog/sequence-column'
import { beyondRepair } from './beyond-repair'
import { columnName, sequenceName, tableArgument } from './names'
import type { VerifiedColumn } from './verify'

/** Returns what is wrong with a column, and what to run next; null where it is ok. */
export function explainColumn(column: VerifiedColumn): string | null {
  const { verdict, sequence, reason } = column
  if (verdict === 'ok') return null
  if (verdict === 'unknown' || !sequence)
    return reason ?? `Cannot tell whether ${columnName(column)} is behind.`
  if (column.nextValue === null) {
    return (
      `Sequence ${sequenceName(sequence)} has no value left for ${columnName(column)}: inserts fail with 2200H, or 22003 where the column's type ends first. ` +
      `A larger type helps, or a larger MAXVALUE; a resync does not.`
    )
  }
  const behind = `Sequence ${sequenceName(sequence)} is behind ${columnName(column)}: ${String(reason)}.`
  const beyond = isResolved(column) ? beyondRepair(column) : null
  if (beyond !== null) return `${behind} ${beyond}`
  return (
    `${behind} ` +
    `Inserts that draw a taken value fail with 23505.${consequence(column)} Run: typeorm-resync apply --table ${tableArgument(column)}`
  )
}

function consequence({ migrationsTable }: VerifiedColumn): string {
  return migrationsTable
    ? ' So does typeorm migration:run, which writes down there what it ran.'
    : ''
}
