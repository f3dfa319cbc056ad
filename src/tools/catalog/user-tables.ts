/** SQL that holds for a schema which is not the system's. */
export function isUserSchema(name: string): string {
  return `${name} <> 'information_schema' and ${name} !~ '^pg_'`
}

/** SQL that holds for a permanent table, partitioned or not: views, foreign and temporary tables have no sequence of ours to keep. */
export function isPermanentTable(relation: string): string {
  return `${relation}.relkind in ('r', 'p') and ${relation}.relpersistence <> 't'`
}
