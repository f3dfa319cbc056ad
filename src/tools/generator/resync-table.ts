import { tableKey } from '../db/table-name'
import type { GeneratedColumn } from '../metadata/generated-columns'

/** A table whose sequences a migration repairs. */
export interface ResyncTable {
  /** The entity that stands for it; null where none does. */
  readonly entity: string | null
  /** Undefined where neither the entity nor the DataSource names one: the search path decides. */
  readonly schema: string | undefined
  readonly table: string
  /** Those that sequences feed. */
  readonly columns: readonly string[]
}

/** Groups columns by their table; two entities may have one name, or one table. */
export function resyncTables(columns: readonly GeneratedColumn[]): ResyncTable[] {
  const tables = new Map<string, GeneratedColumn[]>()
  for (const column of columns) {
    const key = tableKey(column)
    const group = tables.get(key)
    if (group) group.push(column)
    else tables.set(key, [column])
  }
  return [...tables.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const { entity, schema, table } = first
    return [{ entity, schema, table, columns: group.map(({ column }) => column) }]
  })
}
