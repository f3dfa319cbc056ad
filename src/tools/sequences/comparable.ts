import type { ResolvedColumn, SequenceColumn } from '../catalog/sequence-column'
import { typeRange } from '../catalog/range'
import { quoteIdentifier, quoteQualified } from '../db/quoting'
import { columnName, sequenceName } from './names'

/** Returns why a column cannot be compared with its sequence, whoever asks; null where it can. */
export function incomparable(column: SequenceColumn): string | null {
  if (column.sequence === null) return unfed(column)
  if (typeRange(column.type) === null) {
    return `Cannot compare ${columnName(column)} with a sequence: its type is ${column.type}.`
  }
  if (column.computedDefault !== null) {
    return `Cannot compare ${columnName(column)} with its sequence: its default computes, ${column.computedDefault}.`
  }
  return null
}

function unfed(column: SequenceColumn): string {
  const name = columnName(column)
  if (column.binding !== 'none') {
    return column.computedDefault === null
      ? `Cannot tell which sequence feeds ${name}: its default names one as text, which is looked up at each insert, and there is none of that name, or several.`
      : `Cannot tell which sequence feeds ${name}: its default is ${column.computedDefault}.`
  }
  if (column.owns.length > 0) {
    return `Cannot tell which sequence feeds ${name}: it has no default, and owns ${String(column.owns.length)}.`
  }
  return `Nothing feeds ${name}, which its entity declares as generated.`
}

/** Returns which right `role` lacks to compare the column with its sequence, with the cure; null where it has them. */
export function unreadable(column: ResolvedColumn, role: string): string | null {
  const { schema, table, sequence, rights } = column
  const grantee = quoteIdentifier(role)
  const [closed] = rights.closedSchemas
  if (closed !== undefined) {
    const name = quoteIdentifier(closed)
    return `Cannot read ${columnName(column)}: role ${grantee} lacks USAGE on schema ${name}. Run: GRANT USAGE ON SCHEMA ${name} TO ${grantee}`
  }
  if (!rights.readSequence) {
    const name = sequenceName(sequence)
    return `Cannot read sequence ${name}: role ${grantee} lacks SELECT. Run: GRANT SELECT ON SEQUENCE ${name} TO ${grantee}`
  }
  if (!rights.readColumn) {
    return `Cannot read ${columnName(column)}: role ${grantee} lacks SELECT. Run: GRANT SELECT (${quoteIdentifier(column.column)}) ON ${quoteQualified(schema, table)} TO ${grantee}`
  }
  if (rights.rowsHidden) {
    return `Cannot trust ${columnName(column)}: row security may hide rows from role ${grantee}. Use the table's owner, or a role with BYPASSRLS.`
  }
  return null
}
