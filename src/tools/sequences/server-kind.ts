import type { Server } from '../catalog/server'
import { UnsupportedDatabaseError } from '../errors'

/**
 * Forks and look-alikes keep sequences in ways of their own, where our reading could be wrong; unknown is not ok.
 *
 * @throws {UnsupportedDatabaseError} when the server does not call itself PostgreSQL, or names a fork.
 */
export function assertPostgresServer({ database, description }: Server): void {
  if (description.startsWith('PostgreSQL') && !description.includes('-YB-')) return
  throw new UnsupportedDatabaseError(
    `Cannot judge the sequences of database "${database}": the server is "${description}", not PostgreSQL. Nothing was changed.`,
  )
}
