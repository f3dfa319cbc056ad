import { readDatabases } from '../catalog/databases'
import { connect } from '../db/connect'
import { withSession } from '../db/session'
import { inTransaction, type Timeouts } from '../db/transaction'
import { ResyncError } from '../errors'
import { catalogError } from '../sequences/failure'
import type { FleetTarget } from './target'

/**
 * Returns every database of the server of a URL that takes connections and is no template; also those that keep the role out, so that they are
 * reported.
 *
 * @throws what `connect` throws.
 * @throws {CatalogError} when the list cannot be read.
 */
export async function allDatabases(url: string, timeouts: Timeouts = {}): Promise<FleetTarget[]> {
  const client = await connect(url)
  try {
    return await withSession(client, (session) =>
      inTransaction(session, 'read only', timeouts, async () =>
        (await readDatabases(session)).map((database) => ({ url, database })),
      ),
    )
  } catch (error) {
    throw error instanceof ResyncError ? error : catalogError(error, timeouts)
  } finally {
    await client.end()
  }
}
