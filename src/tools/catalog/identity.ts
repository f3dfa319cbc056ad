import type { Session } from '../db/session'

/** What tells one database from every other, whatever address it is reached by. */
export interface DatabaseIdentity {
  readonly database: string
  readonly oid: string
  /** The cluster's own number, which its standbys and copies share; null where the role may not read it. */
  readonly system: string | null
  /** Since when the server runs, in seconds since 1970: another moment for each server, and after a failover. */
  readonly started: string
}

const DATABASE = `
  select d.datname as database, d.oid::text as oid, extract(epoch from pg_catalog.pg_postmaster_start_time())::text as started,
         pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute') as "mayRead"
    from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`

/** Asked by itself: a right that lacks is an error before any condition is looked at. */
const SYSTEM = `select system_identifier::text as system from pg_catalog.pg_control_system()`

/** Reads which database this is. */
export async function readIdentity(session: Session): Promise<DatabaseIdentity> {
  const [row] = await session.query<Omit<DatabaseIdentity, 'system'> & { mayRead: boolean }>(
    DATABASE,
  )
  if (!row) throw new Error('The server returned no row for its own database.')
  const { database, oid, started, mayRead } = row
  const [cluster] = mayRead ? await session.query<{ system: string }>(SYSTEM) : []
  return { database, oid, system: cluster?.system ?? null, started }
}
