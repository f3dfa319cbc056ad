import type { ResolvedColumn, SequenceColumn } from '../catalog/columns'
import { quoteIdentifier, quoteQualified } from '../db/quoting'
import { columnName, sequenceName } from './names'
import { isIntegerType } from './position'

/** Narrows to the columns whose sequence the catalog names. */
export function isResolved(column: SequenceColumn): column is ResolvedColumn {
  return column.sequence !== null
}

/** Returns why `column` and its sequence cannot be compared by `role`, with the cure where there is one; null where they can. */
export function incomparable(column: SequenceColumn, role: string): string | null {
  const name = columnName(column)
  if (!isResolved(column)) {
    return `Cannot tell which sequence feeds ${name}: its default is ${String(column.computedDefault)}.`
  }
  if (!isIntegerType(column.type)) {
    return `Cannot compare ${name} with a sequence: its type is ${column.type}.`
  }
  if (column.computedDefault !== null) {
    return `Cannot compare ${name} with its sequence: its default computes, ${column.computedDefault}.`
  }
  return unreadable(column, role)
}

function unreadable(column: ResolvedColumn, role: string): string | null {
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
