import { tableKey } from '../db/table-name'
import { groupedBy } from '../grouped-by'
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
  return [...groupedBy(columns, tableKey).values()].map((group) => {
    const [{ entity, schema, table }] = group
    return { entity, schema, table, columns: group.map(({ column }) => column) }
  })
}
