import type { Server } from '../catalog/server'
import { UnsupportedDatabaseError } from '../errors'

/** The oldest major version whose catalog is read as it is here, and that the tests run on. */
const OLDEST = 14

/**
 * Forks and look-alikes keep sequences in ways of their own, where our reading could be wrong; unknown is not ok.
 *
 * @throws {UnsupportedDatabaseError} when the server does not call itself PostgreSQL, names a fork, or is older than 14.
 */
export function assertPostgresServer({ database, description, version }: Server): void {
  if (!description.startsWith('PostgreSQL') || description.includes('-YB-')) {
    throw new UnsupportedDatabaseError(
      `Cannot judge the sequences of database "${database}": the server is "${description}", not PostgreSQL. Nothing was changed.`,
    )
  }
  if (Number.parseInt(version, 10) < OLDEST) {
    throw new UnsupportedDatabaseError(
      `Cannot judge the sequences of database "${database}": the server is PostgreSQL ${version}, and ${String(OLDEST)} is the oldest that is supported. Nothing was changed.`,
    )
  }
}
