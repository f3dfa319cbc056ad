import type { Session } from '../db/session'

/** The server as it describes itself. */
export interface Server {
  readonly database: string
  readonly role: string
  /** Such as `18.4`. */
  readonly version: string
  /** The whole of version(): forks of PostgreSQL name themselves here. */
  readonly description: string
  /** Whether it is a node of Citus, which keeps its own group's number in this table on every node. Default: false. */
  readonly citus?: boolean
  readonly inRecovery: boolean
  /** Whether transactions begin read only here: somebody's guard, which we do not step over. */
  readonly readOnly: boolean
}

const SERVER = `
  select pg_catalog.current_database() as database,
         current_user as role,
         pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as version,
         pg_catalog.version() as description,
         pg_catalog.to_regclass('pg_catalog.pg_dist_local_group') is not null as citus,
         pg_catalog.pg_is_in_recovery() as "inRecovery",
         pg_catalog.current_setting('default_transaction_read_only')::boolean as "readOnly"`

/** Reads which server this is. */
export async function readServer(session: Session): Promise<Server> {
  const [server] = await session.query<Server>(SERVER)
  if (!server) throw new Error('The server returned no row for its own name.')
  return server
}
