import { readSequenceColumns } from '../catalog/columns'
import { isResolved, type ResolvedColumn } from '../catalog/sequence-column'
import { resolveTables } from '../catalog/tables'
import { readKeyColumns, readPartitionRoot, type UniqueKey } from '../catalog/unique-key'
import type { Session } from '../db/session'
import { tableKey, type TableReference } from '../db/table-name'
import { Recent } from './recent'

/** How long the catalog is believed, in milliseconds: until then a changed table is not noticed. */
const MAX_AGE = 60_000

/** Remembers what the catalog says of generated columns, so that violations of other keys cost nothing. */
export class GeneratedKeys {
  private readonly keys: Recent<readonly ResolvedColumn[]>
  private readonly tables: Recent<readonly ResolvedColumn[]>

  constructor(now: () => number) {
    this.keys = new Recent(MAX_AGE, now)
    this.tables = new Recent(MAX_AGE, now)
  }

  /** Returns what is remembered of a key; undefined where nothing is, or no more. */
  known(key: UniqueKey): readonly ResolvedColumn[] | undefined {
    return this.keys.get(textOf(key))
  }

  /** Returns the columns of a unique key that a sequence feeds. An error names the partition that the row went to: what it was inserted into comes first. */
  async ofKey(session: Session, key: UniqueKey): Promise<readonly ResolvedColumn[]> {
    const known = this.known(key)
    if (known) return known
    const names = await readKeyColumns(session, key)
    const root = await readPartitionRoot(session, key)
    const fed = [
      ...(root ? await this.ofTable(session, root) : []),
      ...(await this.ofTable(session, key)),
    ]
    const columns = fed.filter(({ column }) => names.includes(column))
    this.keys.set(textOf(key), columns)
    return columns
  }

  /**
   * Returns the columns of a table that a sequence feeds. Of a table that is named without its schema, those of the last one that was seen under that name: one
   * application's tables of the same name have the same columns.
   */
  async ofTable(session: Session, table: TableReference): Promise<readonly ResolvedColumn[]> {
    const key = tableKey(table)
    const known = this.tables.get(key)
    if (known) return known
    const [found] = await resolveTables(session, [table])
    // It may be there soon, or for another search path.
    if (!found) return []
    const columns = await readSequenceColumns(session, { tables: [found.oid] })
    const resolved = columns.filter(isResolved)
    this.tables.set(key, resolved)
    return resolved
  }
}

function textOf({ schema, table, constraint }: UniqueKey): string {
  return JSON.stringify([schema, table, constraint])
}
