/** Returns SQL for where the search path holds PostgreSQL's own names alone. */
export function unqualified(sql: string): string {
  return sql.replaceAll('pg_catalog.', '')
}

/** Returns SQL with all its lines but the first moved to the right. */
export function indented(sql: string, columns: number): string {
  return sql.replaceAll('\n', `\n${' '.repeat(columns)}`)
}
