import { foreignEngine } from '../catalog/engine'
import type { SequenceColumn } from '../catalog/sequence-column'
import type { Server } from '../catalog/server'
import { quoteIdentifier, quoteQualified } from '../db/quoting'
import { UnsupportedDatabaseError } from '../errors'
import { columnName } from './names'

/** The oldest major version whose catalog is read as it is here, and that the tests run on. */
const OLDEST = 14

/**
 * Forks and look-alikes keep sequences in ways of their own, where our reading could be wrong; unknown is not ok.
 *
 * @throws {UnsupportedDatabaseError} when the server does not call itself PostgreSQL, names a fork, or is older than 14.
 */
export function assertPostgresServer(server: Server): void {
  if (foreignEngine(server) !== null) throw foreignServer(server)
  assertNotOld(server)
}

/** @throws {UnsupportedDatabaseError} when the server is PostgreSQL, and older than 14. */
export function assertNotOld(server: Server): void {
  const { database, version } = server
  if (foreignEngine(server) === null && Number.parseInt(version, 10) < OLDEST) {
    throw new UnsupportedDatabaseError(
      `Cannot judge the sequences of database "${database}": the server is PostgreSQL ${version}, and ${String(OLDEST)} is the oldest that is supported. Nothing was changed.`,
    )
  }
}

/** Returns the error for a foreign server, of which nothing can be told. */
export function foreignServer(
  { database, description }: Server,
  cause?: unknown,
): UnsupportedDatabaseError {
  return new UnsupportedDatabaseError(
    `Cannot judge the sequences of database "${database}": the server is "${description}", not PostgreSQL. Nothing was changed.`,
    { cause },
  )
}

/** Returns why a column is not judged on a foreign server, and what to ask that; null on PostgreSQL. */
export function foreignReason(server: Server, column: SequenceColumn): string | null {
  const engine = foreignEngine(server)
  if (engine === null) return null
  const name = engine === 'unknown' ? `"${server.description}"` : engine
  const { schema, table } = column
  return `Cannot judge ${columnName(column)}: the server is ${name}, which keeps sequences in its own way. Nothing was changed. Compare them by its manual. Run: SELECT max(${quoteIdentifier(column.column)}) FROM ${quoteQualified(schema, table)}`
}
