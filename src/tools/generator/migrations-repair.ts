import { readExecutedMigrations } from '../catalog/migrations-tables'
import type { Table } from '../catalog/tables'
import { quoteQualified } from '../db/quoting'
import { isDataSource, type Session, type Target } from '../db/session'
import { inTransaction } from '../db/transaction'
import { knownMigrations } from '../metadata/migrations-table'
import { readDeclarations } from '../sequences/selection'
import { verified } from './found-columns'
import type { ResyncTable } from './resync-table'

/** What has to be repaired before TypeORM can write down that any migration ran. */
export interface MigrationsRepair {
  /** TypeORM's own tables of the migrations that ran, where they are behind: one, but several may look like it where no DataSource names it. */
  readonly tables: readonly ResyncTable[]
  /** The timestamp of the oldest migration that has not run; null where that is not known, or there is none. */
  readonly oldestPending: number | null
}

/** No database was asked, or it has no such table. */
export const NOTHING_TO_REPAIR: MigrationsRepair = { tables: [], oldestPending: null }

/** Looks whether TypeORM's own table of migrations is behind. */
export async function readMigrationsRepair(
  session: Session,
  target: Target,
): Promise<{ readonly migrations: MigrationsRepair; readonly unknown: readonly string[] }> {
  const { migrationsTables } = await inTransaction(session, 'read only', {}, () =>
    readDeclarations(session, target),
  )
  const names = migrationsTables.map(({ schema, table }) => quoteQualified(schema, table))
  if (names.length === 0) return { migrations: NOTHING_TO_REPAIR, unknown: [] }
  const { columns, unknown } = await verified(session, target, { tables: names, mayBeUnfed: true })
  const [behind] = columns
  return {
    migrations: {
      tables: columns.map(({ schema, table, column }) => ({
        entity: null,
        schema,
        table,
        columns: [column],
      })),
      oldestPending: behind ? await oldestPending(session, target, behind) : null,
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
