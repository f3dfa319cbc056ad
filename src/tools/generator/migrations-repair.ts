import { readExecutedMigrations } from '../catalog/migrations-tables'
import type { Table } from '../catalog/tables'
import { quoteQualified } from '../db/quoting'
import { isDataSource, type Session, type Target } from '../db/session'
import { inTransaction } from '../db/transaction'
import { knownMigrations } from '../metadata/migrations-table'
import { readDeclarations } from '../sequences/selection'
import { verified } from './found-columns'
import type { ResyncTable } from './resync-table'

/** TypeORM's own table has to be repaired before TypeORM can write down that any migration ran. */
export interface MigrationsRepair {
  readonly table: ResyncTable
  /** The oldest migration that has not run; null where that is not known, or there is none. */
  readonly oldestPending: number | null
}

/** Looks whether TypeORM's own table of migrations is behind. */
export async function readMigrationsRepair(
  session: Session,
  target: Target,
): Promise<{ readonly migrations: MigrationsRepair | null; readonly unknown: readonly string[] }> {
  const { migrationsTables } = await inTransaction(session, 'read only', {}, () =>
    readDeclarations(session, target),
  )
  const tables = migrationsTables.map(({ schema, table }) => quoteQualified(schema, table))
  if (tables.length === 0) return { migrations: null, unknown: [] }
  const { columns, unknown } = await verified(session, target, { tables, mayBeUnfed: true })
  const [behind] = columns
  if (!behind) return { migrations: null, unknown }
  const { schema, table, column } = behind
  return {
    migrations: {
      table: { entity: null, schema, table, columns: [column] },
      oldestPending: await oldestPending(session, target, behind),
    },
    unknown,
  }
}

async function oldestPending(
  session: Session,
  target: Target,
  table: Pick<Table, 'schema' | 'table'>,
): Promise<number | null> {
  if (!isDataSource(target)) return null
  const executed = await inTransaction(session, 'read only', {}, () =>
    readExecutedMigrations(session, table),
  )
  const pending = knownMigrations(target)
    .filter(({ name }) => !executed.has(name))
    .map(({ timestamp }) => timestamp)
  return pending.length === 0 ? null : Math.min(...pending)
}
