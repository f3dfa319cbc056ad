import type { ResolvedColumn } from '../catalog/sequence-column'
import { resolveTables, type Table } from '../catalog/tables'
import { readKeyColumns } from '../catalog/unique-key'
import { quoteQualified } from '../db/quoting'
import type { Session } from '../db/session'
import { messageOf, SQLSTATE, sqlstateOf } from '../db/sqlstate'
import type { TableReference } from '../db/table-name'
import { StaleSequenceError } from '../errors'
import { GeneratedKeys } from './generated-keys'
import type { GuardParts } from './guard-parts'
import { parseInsert, type InsertStatement } from '../sql/insert-statement'
import { Recent } from './recent'
import { resyncTable } from './resync-table'

/** Why the sequence of a column cannot be trusted, and whether it is known to be behind. */
interface Objection {
  readonly reason: string
  readonly behind: boolean
}

interface Find {
  readonly table: Table
  readonly columns: readonly string[]
}

/** Returns what there is to object to a column; null for nothing. */
type Look = (column: string) => Objection | null

/**
 * Looks after the inserts that do harm without an error where a sequence is behind: ON CONFLICT (id) DO UPDATE overwrites the row that has the id already, and
 * ON CONFLICT DO NOTHING drops its own.
 */
export class TableWatch {
  private readonly keys: GeneratedKeys
  private readonly looks: Recent<Promise<Look>>

  constructor(private readonly parts: GuardParts) {
    const { now, verifyIntervalMillis } = parts.settings
    this.keys = new GeneratedKeys(now)
    this.looks = new Recent(verifyIntervalMillis, now)
  }

  /** Tells whether SQL may be such an insert; quickly, because every insert is asked. */
  concerns(sql: string): boolean {
    return /\bon\s+conflict\b/i.test(sql)
  }

  /**
   * Looks at the table of such an insert where the last look is too old, and repairs what is behind.
   *
   * @throws {StaleSequenceError} where a sequence is behind and could not be repaired; or cannot be told to be well, if that is refused too.
   */
  async assertSound(session: Session, sql: string): Promise<void> {
    const insert = parseInsert(sql)
    if (!insert?.onConflict) return
    const found = await this.find(session, insert)
    if (!found) return
    const { table, columns } = found
    const look = await this.look(session, table)
    for (const column of columns) {
      const objection = look(column)
      if (objection) this.object(table, column, objection)
    }
  }

  /** Returns the table and what of it could collide without an error; null for nothing. That the catalog cannot be read stops no statement by itself. */
  private async find(session: Session, insert: InsertStatement): Promise<Find | null> {
    try {
      const columns = await this.swallowed(session, insert)
      const [table] = columns.length > 0 ? await resolveTables(session, [insert]) : []
      return table ? { table, columns } : null
    } catch (error) {
      // In a transaction that has failed, the statement fails too, and says so itself.
      if (sqlstateOf(error) !== SQLSTATE.failedTransaction)
        this.object(insert, null, { reason: messageOf(error), behind: false })
      return null
    }
  }

  private object(
    { schema, table }: TableReference,
    column: string | null,
    { reason, behind }: Objection,
  ): void {
    if (behind || this.parts.settings.refuseUnknown) {
      throw new StaleSequenceError(
        `Cannot insert into ${quoteQualified(schema, table)} with ON CONFLICT: where a drawn value is taken, that overwrites another's row or drops its own, without an error. Nothing was written. ${reason}`,
      )
    }
    this.parts.teller.refused({ schema, table, column, reason })
  }

  /** Returns the columns whose drawn values could collide without an error. */
  private async swallowed(session: Session, insert: InsertStatement): Promise<string[]> {
    const generated = await this.keys.ofTable(session, insert)
    const drawn = generated.filter(({ column }) => !insert.gives(column))
    const target = insert.onConflict
    const [first] = drawn
    if (!first || !target) return []
    const names = target === 'any' ? null : await keyColumns(session, first, target)
    return drawn
      .map(({ column }) => column)
      .filter((column) => names === null || names.includes(column))
  }

  private look(session: Session, table: Table): Promise<Look> {
    const recent = this.looks.get(table.oid)
    if (recent) return recent
    const look = this.lookNow(session, table)
    this.looks.set(table.oid, look)
    return look
  }

  private async lookNow(session: Session, table: Table): Promise<Look> {
    const { target, settings, teller } = this.parts
    try {
      const { repaired, refused } = await resyncTable(session, target, table, settings)
      for (const column of repaired) teller.repaired(column)
      // Whoever repairs it must not wait until this look is old.
      if (refused.some(({ verdict }) => verdict === 'behind')) this.looks.forget(table.oid)
      return (name) => {
        const found = refused.find(({ column }) => column === name)
        return found ? { reason: found.reason, behind: found.verdict === 'behind' } : null
      }
    } catch (error) {
      // What this transaction cannot see, or could not at this moment, the next one can.
      this.looks.forget(table.oid)
      return () => ({ reason: messageOf(error), behind: false })
    }
  }
}

async function keyColumns(
  session: Session,
  { schema, table }: ResolvedColumn,
  target: { readonly columns: readonly string[] } | { readonly constraint: string },
): Promise<readonly string[]> {
  if ('columns' in target) return target.columns
  return readKeyColumns(session, { schema, table, constraint: target.constraint })
}
