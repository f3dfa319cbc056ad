import { readSequenceColumns, type ResolvedColumn, type SequenceColumn } from '../catalog/columns'
import { readServer, type Server } from '../catalog/server'
import { readStates } from '../catalog/state'
import { withSession, type Session, type Target } from '../db/session'
import { inTransaction, type Timeouts } from '../db/transaction'
import { ResyncError } from '../errors'
import { incomparable, isResolved } from './comparable'
import { catalogError, failureReason } from './failure'
import { assertFed, readEntityLookup, resolveSelection, type Selection } from './selection'
import { assertPostgresServer } from './server-kind'
import { assess, unknown, type AssessedColumn } from './verdict'

/** What to verify, and how long to wait. */
export interface VerifyOptions extends Selection, Timeouts {
  /** The clock for `checkedAt`. Default: the system's. */
  readonly now?: (() => Date) | undefined
}

/** A judged column, with the entity that stands for its table where a DataSource knows one. */
export type VerifiedColumn = AssessedColumn & { readonly entity: string | null }

/** What `verifySequences` found. */
export interface Verification {
  readonly server: Server
  readonly checkedAt: Date
  readonly columns: readonly VerifiedColumn[]
}

/** Columns in one statement. Measured on 10,000 columns, 100 to 200 are the fastest. */
const BATCH = 100

/**
 * Compares every selected sequence with the column it feeds. Only reads, and consumes no value of a sequence.
 *
 * @throws {UnknownEntityError} when an entity is selected that does not exist.
 * @throws {UnknownTableError} when a table is selected that does not exist, or that no sequence feeds.
 * @throws {UnknownSchemaError} when a schema is selected that does not exist.
 * @throws {CatalogError} when the catalog cannot be read.
 * @throws {IsolationError} inside a caller's transaction that is not read committed.
 * @throws {UnsupportedDatabaseError} when the server is not PostgreSQL.
 */
export async function verifySequences(
  target: Target,
  options: VerifyOptions = {},
): Promise<Verification> {
  return withSession(target, (session) => verifyIn(session, target, options))
}

/** Does the same on a session that the caller holds. */
export async function verifyIn(
  session: Session,
  target: Target,
  options: VerifyOptions,
): Promise<Verification> {
  const { server, columns, entityOf } = await readCatalog(session, target, options)
  const assessed = await assessColumns(session, columns, server.role, options)
  return {
    server,
    checkedAt: (options.now ?? (() => new Date()))(),
    columns: assessed.map((column) => ({
      ...column,
      entity: entityOf(column.schema, column.table),
    })),
  }
}

async function readCatalog(session: Session, target: Target, options: VerifyOptions) {
  try {
    return await inTransaction(session, 'read only', options, async () => {
      const server = await readServer(session)
      assertPostgresServer(server)
      const selected = await resolveSelection(session, target, options)
      const columns = await readSequenceColumns(session, selected.filter)
      assertFed(selected, columns)
      return { server, columns, entityOf: await readEntityLookup(session, target) }
    })
  } catch (error) {
    throw error instanceof ResyncError ? error : catalogError(error, options)
  }
}

/** Reads and judges `columns`, in their order. */
export async function assessColumns(
  session: Session,
  columns: readonly SequenceColumn[],
  role: string,
  timeouts: Timeouts,
): Promise<AssessedColumn[]> {
  const reasons = new Map(columns.map((column) => [column, incomparable(column, role)]))
  const comparable = columns.filter(isResolved).filter((column) => reasons.get(column) === null)
  const assessed = new Map<SequenceColumn, AssessedColumn>()
  for (let start = 0; start < comparable.length; start += BATCH) {
    const batch = comparable.slice(start, start + BATCH)
    for (const [index, result] of (await assessBatch(session, batch, timeouts)).entries()) {
      const column = batch[index]
      if (column) assessed.set(column, result)
    }
  }
  return columns.map(
    (column) => assessed.get(column) ?? unknown(column, reasons.get(column) ?? 'not read'),
  )
}

/** One statement for the batch; where that fails, one for each column, so that only the culprit is unknown. */
async function assessBatch(
  session: Session,
  batch: readonly ResolvedColumn[],
  timeouts: Timeouts,
): Promise<AssessedColumn[]> {
  try {
    const states = await inTransaction(session, 'read only', timeouts, () =>
      readStates(session, batch),
    )
    return batch.map((column, index) => {
      const state = states[index]
      return state ? assess(column, state) : unknown(column, 'the server returned no state for it')
    })
  } catch (error) {
    const [first] = batch
    if (!first) return []
    if (batch.length === 1) return [unknown(first, failureReason(error, first, 'verify', timeouts))]
    const results: AssessedColumn[] = []
    for (const column of batch) results.push(...(await assessBatch(session, [column], timeouts)))
    return results
  }
}
