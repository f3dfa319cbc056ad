import { readSequenceColumns } from '../catalog/columns'
import { foreignEngine } from '../catalog/engine'
import type { SequenceColumn } from '../catalog/sequence-column'
import {
  readPositions,
  readSequences,
  type CatalogSequence,
  type SequencePosition,
} from '../catalog/sequences'
import { readServer, type Server } from '../catalog/server'
import { quoteIdentifier } from '../db/quoting'
import type { Session } from '../db/session'
import { sqlstateOf } from '../db/sqlstate'
import { inTransaction, type Timeouts } from '../db/transaction'
import { ResyncError } from '../errors'
import { inBatches } from '../in-batches'
import { catalogError, DROPPED, explain } from '../sequences/failure'
import { sequenceName } from '../sequences/names'
import { assertNotOld, foreignServer } from '../sequences/server-kind'

/** Which of the two databases. */
export type SideName = 'source' | 'target'

/** One of the two databases, as its catalog shows it. */
export interface Side {
  readonly name: SideName
  readonly server: Server
  readonly columns: readonly SequenceColumn[]
  readonly sequences: readonly CatalogSequence[]
}

/** Where a sequence stands, or why that could not be read. */
export type Standing = SequencePosition | { readonly failure: string }

/** Sequences in one statement, as for columns. */
const BATCH = 100

/**
 * Reads every sequence of a database, and every column that draws from one.
 *
 * @throws {CatalogError} when the catalog cannot be read.
 * @throws {UnsupportedDatabaseError} when it is not a PostgreSQL's, or that is older than 14.
 */
export async function readSide(
  session: Session,
  name: SideName,
  timeouts: Timeouts,
): Promise<Side> {
  let server: Server | undefined
  try {
    return await inTransaction(session, 'read only', timeouts, async () => {
      server = await readServer(session)
      assertNotOld(server)
      const columns = await readSequenceColumns(session)
      return { name, server, columns, sequences: await readSequences(session) }
    })
  } catch (error) {
    if (error instanceof ResyncError) throw error
    throw server && foreignEngine(server) !== null
      ? foreignServer(server, error)
      : catalogError(error, timeouts)
  }
}

/**
 * Reads where sequences stand, by their oid; where that cannot be, says why.
 *
 * @throws {ConnectionError} when the connection is lost.
 */
export async function readStandings(
  session: Session,
  { name, server }: Pick<Side, 'name' | 'server'>,
  sequences: readonly CatalogSequence[],
  timeouts: Timeouts,
): Promise<Map<string, Standing>> {
  const standings = new Map<string, Standing>()
  const readable: CatalogSequence[] = []
  for (const sequence of sequences) {
    const failure = obstacle(sequence, name, server)
    if (failure === null) readable.push(sequence)
    else standings.set(sequence.oid, { failure })
  }
  for (const batch of inBatches(readable, BATCH)) await readBatch(batch)
  return standings

  /** Where a batch fails, its sequences are read one by one, so that only the culprit is unknown. */
  async function readBatch(batch: readonly CatalogSequence[]): Promise<void> {
    try {
      const positions = await inTransaction(session, 'read only', timeouts, () =>
        readPositions(session, batch),
      )
      for (const [index, { oid }] of batch.entries()) {
        const failure = 'The server returned no position for it.'
        standings.set(oid, positions[index] ?? { failure })
      }
    } catch (error) {
      if (error instanceof ResyncError) throw error
      const [first] = batch
      if (first && batch.length === 1)
        standings.set(first.oid, { failure: failureOf(first, name, error, timeouts) })
      else for (const sequence of batch) await readBatch([sequence])
    }
  }
}

function obstacle(sequence: CatalogSequence, side: SideName, server: Server): string | null {
  const engine = foreignEngine(server)
  const name = `sequence ${sequenceName(sequence)} of the ${side}`
  if (engine !== null) {
    const named = engine === 'unknown' ? `"${server.description}"` : engine
    return `Cannot judge ${name}: the server is ${named}, which keeps sequences in its own way. Nothing was changed. Compare them by its manual.`
  }
  const grantee = quoteIdentifier(server.role)
  const { closedSchemas, readSequence } = sequence.rights
  const [closed] = closedSchemas
  const lacks = (right: string, grant: string) =>
    `Cannot read ${name}: role ${grantee} lacks ${right}. Nothing was changed. Run on the ${side}: GRANT ${grant} TO ${grantee}`
  if (closed !== undefined) {
    const schema = quoteIdentifier(closed)
    return lacks(`USAGE on schema ${schema}`, `USAGE ON SCHEMA ${schema}`)
  }
  return readSequence ? null : lacks('SELECT', `SELECT ON SEQUENCE ${sequenceName(sequence)}`)
}

function failureOf(
  sequence: CatalogSequence,
  side: SideName,
  error: unknown,
  timeouts: Timeouts,
): string {
  const name = `sequence ${sequenceName(sequence)} of the ${side}`
  const why = DROPPED.includes(sqlstateOf(error) ?? '')
    ? 'it was dropped meanwhile'
    : explain(error, timeouts)
  return `Cannot read ${name}: ${why}. Nothing was changed. Run it again.`
}
