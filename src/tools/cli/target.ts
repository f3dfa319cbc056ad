import type { DataSource, Logger } from 'typeorm'
import { connect, connectionError } from '../db/connect'
import type { PostgresOptions } from '../db/postgres-options'
import type { Target } from '../db/session'
import { ResyncError, UsageError } from '../errors'
import { readEntities } from '../metadata/entities'
import { loadDataSource } from './load-data-source'

/** Where to work: a DataSource file, or a URL. */
export interface TargetOptions {
  readonly dataSource?: string | undefined
  readonly url?: string | undefined
}

/**
 * Gives `work` what the options name, and closes it afterwards: the DataSource of a file, or a client for `--url`, else DATABASE_URL.
 *
 * @throws {UsageError} when neither is given, or both.
 */
export async function withTarget<T>(
  options: TargetOptions,
  env: Readonly<Record<string, string | undefined>>,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  if (options.dataSource !== undefined && options.url !== undefined) {
    throw new UsageError(
      'Cannot use --data-source and --url together: each names a database. Use one of them.',
    )
  }
  if (options.dataSource !== undefined) {
    return withInitialized(await loadDataSource(options.dataSource), work)
  }
  const url = options.url ?? env.DATABASE_URL
  if (!url)
    throw new UsageError(
      'Cannot choose a database: none is named. Use --data-source FILE or --url URL, or set DATABASE_URL.',
    )
  const client = await connect(url)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * Initialises a user's DataSource so that connecting changes and prints nothing, gives it to `work`, and destroys it afterwards.
 *
 * @throws {UnsupportedDatabaseError} when it is not for PostgreSQL.
 * @throws {ConnectionError} when its server cannot be reached or does not let us in.
 */
export async function withInitialized<T>(
  dataSource: DataSource,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  // First, so that a fault in the entities is not taken for a fault of the connection.
  await readEntities(dataSource)
  quieten(dataSource)
  try {
    // A file may export one that it has initialised itself.
    if (!dataSource.isInitialized) await dataSource.initialize()
  } catch (cause) {
    if (cause instanceof ResyncError) throw cause
    throw connectionError(cause, addressOf(dataSource.options as PostgresOptions))
  }
  try {
    return await work(dataSource)
  } finally {
    await dataSource.destroy()
  }
}

const nothing = () => undefined

/** Queries hold users' values, and stdout holds our data. */
const SILENT: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
}

/** Connecting must change nothing: TypeORM would synchronise the schema, run migrations or create extensions if so configured. */
function quieten(dataSource: DataSource): void {
  const quiet: Partial<PostgresOptions> = {
    synchronize: false,
    migrationsRun: false,
    dropSchema: false,
    installExtensions: false,
    subscribers: [],
    // An object, and a new one: setOptions keeps the logger that there is when logging is false.
    logger: SILENT,
  }
  dataSource.setOptions(quiet)
}

function addressOf({ url, host, port, username, database }: PostgresOptions) {
  const named = url !== undefined && URL.canParse(url) ? new URL(url) : undefined
  return {
    host: host ?? named?.hostname,
    port: port ?? (named?.port ? Number(named.port) : undefined),
    user: username ?? named?.username,
    database: database ?? named?.pathname.slice(1),
  }
}
