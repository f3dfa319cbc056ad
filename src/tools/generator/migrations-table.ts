import type { DataSource } from 'typeorm'
import { readExecutedMigrations } from '../catalog/migrations-tables'
import { resolveTables, type Table } from '../catalog/tables'
import { quoteQualified } from '../db/quoting'
import type { Session } from '../db/session'
import { SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { inTransaction, type Timeouts } from '../db/transaction'
import { knownMigrations, migrationsTable } from '../metadata/migrations-table'
import { verifyColumns } from './found-columns'
import type { ResyncTable } from './resync-table'

/** What TypeORM's own table of the migrations that ran says. */
export interface MigrationsTable {
  /** The table itself; null where there is none, or nobody names it. */
  readonly table: Table | null
  /** What has to be repaired before TypeORM can write down that any migration ran; null where nothing has. */
  readonly repair: ResyncTable | null
  /** The timestamp of the oldest migration that has not run; null where that is not known, or there is none. */
  readonly oldestPending: number | null
  /** The names of the migrations that ran; empty where that cannot be read. */
  readonly executed: ReadonlySet<string>
  /** Why it cannot be told whether the table is behind. */
  readonly unknown: readonly string[]
}

/** No database was asked, or it has no such table. */
export const NO_MIGRATIONS_TABLE: MigrationsTable = {
  table: null,
  repair: null,
  oldestPending: null,
  executed: new Set(),
  unknown: [],
}

/** Looks at TypeORM's own table, which only a DataSource names. */
export async function readMigrationsTable(
  session: Session,
  dataSource: DataSource,
  timeouts: Timeouts,
): Promise<MigrationsTable> {
  const reference = migrationsTable(dataSource)
  const [table] = await inTransaction(session, 'read only', timeouts, () =>
    resolveTables(session, [reference]),
  )
  if (!table) return NO_MIGRATIONS_TABLE
  const selection = { tables: [quoteQualified(table.schema, table.table)], mayBeUnfed: true }
  const found = await verifyColumns(session, dataSource, { ...timeouts, ...selection })
  const columns = found.columns.map(({ column }) => column)
  const executed = await readExecuted(session, table, timeouts)
  const pending = knownMigrations(dataSource)
    .filter(({ name }) => !executed?.has(name))
    .map(({ timestamp }) => timestamp)
  return {
    table,
    repair: columns.length === 0 ? null : { entity: null, ...reference, columns },
    oldestPending: executed === null || pending.length === 0 ? null : Math.min(...pending),
    executed: executed ?? new Set(),
    unknown: found.unknown,
  }
}

async function readExecuted(
  session: Session,
  table: Table,
  timeouts: Timeouts,
): Promise<Set<string> | null> {
  try {
    return await inTransaction(session, 'read only', timeouts, () =>
      readExecutedMigrations(session, table),
    )
  } catch (error) {
    // A role that may not read it runs no migrations either.
    if (sqlstateOf(error) === SQLSTATE.insufficientPrivilege) return null
    throw error
  }
}
