import type { DataSource, Logger } from 'typeorm'
import { APPLICATION_NAME, CONNECT_TIMEOUT, connectionError, connectPool } from '../db/connect'
import type { PostgresOptions } from '../db/postgres-options'
import type { Target } from '../db/session'
import { ResyncError, UsageError } from '../errors'
import { readEntities } from '../metadata/entities'
import { findDataSource } from './data-source/find'
import { loadDataSource } from './data-source/load'
import type { CommandTerminal } from './terminal'

/** Where to work: a DataSource file, or a URL. */
export interface TargetOptions {
  readonly dataSource?: string | undefined
  readonly url?: string | undefined
  /** No option named the URL: the same command finds it again without one. */
  readonly isDefault?: boolean
}

/**
 * Returns where to work: what is named, else DATABASE_URL, else the project's DataSource where its file has a usual name.
 *
 * @throws {UsageError} when there is none of them, or two were named.
 */
export function chooseTarget(
  { dataSource, url }: TargetOptions,
  terminal: CommandTerminal,
): TargetOptions {
  assertOne({ dataSource, url })
  if (dataSource !== undefined) return { dataSource }
  if (url) return { url }
  const { DATABASE_URL } = terminal.env
  if (DATABASE_URL) return { url: DATABASE_URL, isDefault: true }
  const found = findProject(terminal)
  if (found !== undefined) return { dataSource: found }
  throw new UsageError(
    'Cannot choose a database: none is named. Use --data-source FILE or --url URL, or set DATABASE_URL.',
  )
}

/** @throws {UsageError} when both are named. */
export function assertOne({ dataSource, url }: TargetOptions): void {
  if (dataSource === undefined || url === undefined) return
  throw new UsageError(
    'Cannot use --data-source and --url together: each names a database. Use one of them.',
  )
}

/** Returns the project's DataSource where its file has a usual name, and says so; undefined where there is none. */
export function findProject(terminal: CommandTerminal): string | undefined {
  const file = findDataSource(terminal.cwd)
  if (file !== undefined) terminal.err(`Using ${file}.`)
  return file
}

/**
 * Gives `work` the database that was chosen, and closes it afterwards.
 *
 * @param jobs - how many connections to a URL there may be; default: 1. A DataSource has its own pool.
 */
export async function withTarget<T>(
  { dataSource, url = '' }: TargetOptions,
  terminal: CommandTerminal,
  work: (target: Target) => Promise<T>,
  jobs = 1,
): Promise<T> {
  if (dataSource !== undefined) {
    const loaded = await loadDataSource(dataSource, terminal)
    return withInitialized(loaded.dataSource, work)
  }
  const pool = await connectPool(url, jobs)
  try {
    return await work(pool)
  } finally {
    await pool.end()
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
    throw connectionError(cause, {
      ...addressOf(dataSource.options as PostgresOptions),
      ...reached(cause),
    })
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

/** Connecting must change nothing, and be bounded: TypeORM would synchronise the schema, run migrations or create extensions if so configured. */
function quieten(dataSource: DataSource): void {
  const { applicationName, connectTimeoutMS } = dataSource.options as PostgresOptions
  const quiet: Partial<PostgresOptions> = {
    applicationName: applicationName ?? APPLICATION_NAME,
    // TypeORM's default is to wait without end for a server that takes the connection and says nothing.
    connectTimeoutMS: connectTimeoutMS ?? CONNECT_TIMEOUT,
    synchronize: false,
    migrationsRun: false,
    dropSchema: false,
    installExtensions: false,
    subscribers: [],
    // An object, and a new one: setOptions keeps the logger that there is when logging is false.
    logger: SILENT,
  }
  dataSource.setOptions(quiet)
  // Nothing is read that a cache would hold, and its server may not be there.
  Object.assign(dataSource, { queryResultCache: undefined })
}

/** Where the socket was refused, which knows it better than the options do. */
function reached(cause: unknown): { host?: string; port?: number } {
  const { address, port } = cause as { address?: unknown; port?: unknown }
  return typeof address === 'string' && typeof port === 'number' ? { host: address, port } : {}
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
