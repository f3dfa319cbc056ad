import { readCompanions, readSequenceColumns } from '../catalog/columns'
import type { SequenceColumn } from '../catalog/sequence-column'
import { foreignEngine } from '../catalog/engine'
import { readServer, type Server } from '../catalog/server'
import { withLanes, type Lanes } from '../db/lanes'
import type { Session, Target } from '../db/session'
import { inTransaction, type Timeouts } from '../db/transaction'
import { ResyncError } from '../errors'
import { validated } from '../options/validated'
import { incomparable } from './comparable'
import { catalogError, type CommandOptions } from './failure'
import { findFaults, type Fault } from './faults'
import { readColumns } from './readings'
import { type Attended } from './progress'
import { assertFed, readDeclarations, resolveSelection, type Selection } from './selection'
import { assertNotOld, foreignReason, foreignServer } from './server-kind'
import { VerifyRules } from './verify-rules'
import { judgeAll, unknown, type AssessedColumn } from './verdict'

/** What to verify, and how long to wait. */
export interface VerifyOptions extends Selection, Timeouts, Attended {
  /** How many connections of a DataSource or a pool may work side by side. Default: 1. */
  readonly jobs?: number | undefined
  /** The clock for `checkedAt`. Default: the system's. */
  readonly now?: (() => Date) | undefined
}

/** A judged column, with the entity that stands for its table where a DataSource knows one. */
export type VerifiedColumn = AssessedColumn & {
  readonly entity: string | null
  /** Whether it numbers TypeORM's own table of the migrations that ran: behind, `migration:run` fails. */
  readonly migrationsTable: boolean
  readonly faults: readonly Fault[]
}

/** What `verifySequences` found. */
export interface Verification {
  readonly server: Server
  readonly checkedAt: Date
  readonly columns: readonly VerifiedColumn[]
  /** Where nothing was selected: what entities declare and the database does not have, in a form to print. That is unknown, too. */
  readonly missing: readonly string[]
}

/** The columns that were selected, and those of others that draw from the same sequences. */
export interface Columns {
  readonly selected: readonly SequenceColumn[]
  readonly companions: readonly SequenceColumn[]
}

/**
 * Compares every selected sequence with the columns it feeds. Only reads, and consumes no value of a sequence.
 *
 * @throws {UsageError} when an option is wrong.
 * @throws {UnknownEntityError} when an entity is selected that does not exist.
 * @throws {UnknownTableError} when a table is selected that does not exist, or that no sequence feeds.
 * @throws {UnknownSchemaError} when a schema is selected that does not exist.
 * @throws {CatalogError} when the catalog cannot be read.
 * @throws {ConnectionError} when the connection is lost.
 * @throws {StoppedError} when the signal is aborted before all is read.
 * @throws {IsolationError} inside a caller's transaction that does not see what was committed since it began.
 * @throws {UnsupportedDatabaseError} when the server is not PostgreSQL and its catalog cannot be read as one, or it is older than 14.
 */
export async function verifySequences(
  target: Target,
  options: VerifyOptions = {},
): Promise<Verification> {
  const checked = validated(VerifyRules, options)
  return withLanes(target, checked.jobs ?? 1, async (lanes) => {
    const { server, checkedAt, verified, missing } = await verifyIn(lanes, target, checked)
    return { server, checkedAt, columns: verified, missing }
  })
}

/**
 * Does the same on sessions that the caller holds; returns also the columns that it compared with.
 *
 * @param narrow - may leave some of the selected columns out
 */
export async function verifyIn(
  lanes: Lanes,
  target: Target,
  options: VerifyOptions & CommandOptions,
  narrow: (columns: Columns, server: Server) => Promise<Columns> = (all) => Promise.resolve(all),
) {
  const catalog = await readCatalog(lanes.first, target, options)
  const { server, entityOf, missing, migrationsTables } = catalog
  const columns = await narrow(catalog.columns, server)
  const assessed =
    foreignEngine(server) === null
      ? await assessColumns(lanes, columns, server.role, options, options)
      : columns.selected.map((column) => notJudged(server, column))
  const isShared = sharing([...columns.selected, ...columns.companions])
  return {
    server,
    columns,
    missing,
    checkedAt: (options.now ?? (() => new Date()))(),
    verified: assessed.map((column) =>
      verifiedAs(column, {
        entity: entityOf(column.schema, column.table),
        migrationsTable: migrationsTables.some(
          ({ schema, table }) => schema === column.schema && table === column.table,
        ),
        faults: findFaults(column, isShared(column)),
      }),
    ),
  }
}

/** Adds to a column that was just judged what is known of it besides. In place, because a copy takes Node longer than the judgement. */
export function verifiedAs(
  column: AssessedColumn,
  { entity, migrationsTable, faults }: Omit<VerifiedColumn, keyof AssessedColumn>,
): VerifiedColumn {
  return Object.assign(column, { entity, migrationsTable, faults })
}

/** What the catalog of another engine shows is shown; what a sequence there gives next, nobody but the engine can say. */
function notJudged(server: Server, column: SequenceColumn): AssessedColumn {
  return unknown(column, foreignReason(server, column) ?? 'It was not read.')
}

/** Returns whether others of `columns` draw from a column's sequence too. */
function sharing(columns: readonly SequenceColumn[]): (column: SequenceColumn) => boolean {
  const feeds = new Map<string, number>()
  const key = ({ sequence }: SequenceColumn) => sequence?.oid ?? ''
  for (const column of columns) feeds.set(key(column), (feeds.get(key(column)) ?? 0) + 1)
  return (column) => (feeds.get(key(column)) ?? 0) > 1
}

/** Finds the selected columns in the catalog, and what the entities say of them. */
export async function readCatalog(
  session: Session,
  target: Target,
  options: VerifyOptions & CommandOptions,
) {
  let server: Server | undefined
  try {
    return await inTransaction(session, 'read only', options, async () => {
      server = await readServer(session)
      assertNotOld(server)
      const { filter, tables } = await resolveSelection(session, target, options)
      const declarations = await readDeclarations(session, target)
      const { entityOf, generated, migrationsTables } = declarations
      const selected = await readSequenceColumns(session, { ...filter, declared: generated })
      if (!options.mayBeUnfed) assertFed({ filter, tables }, selected)
      const all = filter.schemas === undefined && filter.tables === undefined
      const companions = all ? [] : await readCompanions(session, selected)
      const missing = all ? declarations.missing : []
      return { server, columns: { selected, companions }, entityOf, missing, migrationsTables }
    })
  } catch (error) {
    if (error instanceof ResyncError) throw error
    // Its catalog may differ, too.
    throw server && foreignEngine(server) !== null
      ? foreignServer(server, error)
      : catalogError(error, options)
  }
}

/** Reads and judges the selected columns, in their order. */
export async function assessColumns(
  lanes: Lanes,
  { selected, companions }: Columns,
  role: string,
  options: CommandOptions,
  attended?: Attended,
): Promise<AssessedColumn[]> {
  // A column that cannot be compared at all says nothing about the sequence.
  const comparable = companions.filter((column) => incomparable(column) === null)
  const readings = await readColumns(lanes, [...selected, ...comparable], role, options, attended)
  return judgeAll(readings).slice(0, selected.length)
}
