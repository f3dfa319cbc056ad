import type { ResolvedColumn, SequenceColumn } from '../catalog/columns'
import { quoteIdentifier, quoteQualified } from '../db/quoting'
import { columnName, sequenceName } from './names'
import { isIntegerType } from './position'

/** A default that gives the sequence's value as it is, perhaps cast to the column's type. */
const PLAIN_NEXTVAL = /^\(?nextval\('(?:[^']|'')+'::regclass\)\)?(?:::\w+)?$/

/** Narrows to the columns whose sequence the catalog names. */
export function isResolved(column: SequenceColumn): column is ResolvedColumn {
  return column.sequence !== null
}

/** Returns why `column` and its sequence cannot be compared by `role`, with the cure where there is one; null where they can. */
export function incomparable(column: SequenceColumn, role: string): string | null {
  const name = columnName(column)
  if (!isResolved(column)) {
    return `Cannot tell which sequence feeds ${name}: its default is ${String(column.defaultExpression)}.`
  }
  if (!isIntegerType(column.type))
    return `Cannot compare ${name} with a sequence: its type is ${column.type}.`
  if (column.defaultExpression !== null && !PLAIN_NEXTVAL.test(column.defaultExpression)) {
    return `Cannot compare ${name} with its sequence: its default computes, ${column.defaultExpression}.`
  }
  return unreadable(column, role)
}

function unreadable(
  { schema, table, column, sequence, rights }: ResolvedColumn,
  role: string,
): string | null {
  const grantee = quoteIdentifier(role)
  if (!rights.readSequence) {
    const name = sequenceName(sequence)
    return `Cannot read sequence ${name}: role ${grantee} lacks SELECT. Run: GRANT SELECT ON SEQUENCE ${name} TO ${grantee}`
  }
  if (!rights.readColumn) {
    const name = quoteQualified(schema, table)
    return `Cannot read ${columnName({ schema, table, column })}: role ${grantee} lacks SELECT. Run: GRANT SELECT (${quoteIdentifier(column)}) ON ${name} TO ${grantee}`
  }
  if (rights.rowsHidden) {
    return `Cannot trust ${columnName({ schema, table, column })}: row security may hide rows from role ${grantee}. Run: typeorm-resync as the table's owner, or as a role with BYPASSRLS`
  }
  return null
}
