import type { DataSource, QueryRunner } from 'typeorm'
import { ConnectionError, UsageError } from '../errors'
import { isConnectionLost, NO_ANSWER, quoted } from './sqlstate'

/** What we need of a pg `Client` or `PoolClient`; structural, so that any copy of pg will do. */
export interface PgClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** What we need of a pg `Pool`; structural, as above. */
export interface PgPool {
  connect(): Promise<PooledClient>
  readonly totalCount: number
}

interface PooledClient extends PgClient {
  /** Closes it rather than keep it, where it is destroyed. */
  release(destroy?: boolean): void
  on(event: 'error', listener: () => void): unknown
  off(event: 'error', listener: () => void): unknown
}

/** What the library works on: a DataSource, a pg pool, a QueryRunner (also inside its transaction) or a pg client. */
export type Target = DataSource | PgPool | QueryRunner | PgClient

/** One connection to PostgreSQL. */
export interface Session {
  /** Whether the connection was lost: no query will be answered any more. */
  readonly isLost: boolean
  /**
   * How long an answer may take, in milliseconds, before the connection counts as lost. Whoever sets the server's own timeouts sets it: these do not bound a
   * server that has gone silent, or COMMIT as it waits for a standby. Default: 0, no limit.
   */
  patience: number
  /** Whether nobody else uses it: we opened it. Default: false. */
  readonly isOurs?: boolean
  /** Whether it is known that no transaction is open on it, which need not be asked of the server then. Default: false. */
  isFree?: boolean
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>
}

/** A session, and how to give it back. */
export interface OpenSession {
  readonly session: Session
  release(): Promise<void>
}

/**
 * Gives `work` one connection of `target`, and gives it back afterwards where it was taken from a DataSource or a pool.
 *
 * @throws {UsageError} when the DataSource is not initialised, or the target is none of the four.
 * @throws {ConnectionError} when the connection is lost, from that query on.
 */
export async function withSession<T>(
  target: Target,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const opened = await openSession(target)
  try {
    return await work(opened.session)
  } finally {
    await opened.release()
  }
}

/**
 * Takes one connection of a DataSource or a pool, or the caller's own, which stays the caller's. A DataSource connects at the first query.
 *
 * @throws {UsageError} as above.
 */
export async function openSession(target: Target): Promise<OpenSession> {
  if (isDataSource(target)) {
    if (!target.isInitialized) {
      throw new UsageError(
        'Cannot query a DataSource that is not initialised. Call: await dataSource.initialize()',
      )
    }
    // 'master': a replica's rows may be older than the primary's sequence.
    const runner = target.createQueryRunner('master')
    return { session: runnerSession(runner, true), release: () => runner.release() }
  }
  if (isPool(target)) {
    return lentBy(target)
  }
  return { session: sessionOf(target), release: () => Promise.resolve() }
}

async function lentBy(pool: PgPool): Promise<OpenSession> {
  const client = await pool.connect()
  // A pool listens to those that are idle only; the next query says that the connection was lost, and an event that nobody hears would end the process.
  client.on('error', nothing)
  const session = clientSession(client, true)
  return {
    session,
    release: () => {
      client.off('error', nothing)
      client.release(session.isLost)
      return Promise.resolve()
    },
  }
}

function nothing(): void {
  return undefined
}

/**
 * Returns the session of a connection that the caller holds.
 *
 * @throws {UsageError} when it is none.
 */
export function sessionOf(target: QueryRunner | PgClient): Session {
  if (isQueryRunner(target)) return runnerSession(target)
  const many = isPool(target) ? 'a Pool' : hasMethods(target, 'getRepository') && 'an EntityManager'
  if (many) {
    throw new UsageError(
      `Cannot work on ${many} here: each query could take another connection. Pass a QueryRunner or a client`,
    )
  }
  return clientSession(target)
}

/** Structural, not instanceof: the caller's TypeORM may be another copy than ours. */
export function isDataSource(value: unknown): value is DataSource {
  return hasMethods(value, 'createQueryRunner', 'initialize', 'setOptions')
}

/** Structural, as above: a client counts no others. */
export function isPool(value: Target): value is PgPool {
  return hasMethods(value, 'connect') && 'totalCount' in value
}

/** Structural, as above. */
export function isQueryRunner(value: Target): value is QueryRunner {
  return hasMethods(value, 'query', 'startTransaction')
}

function hasMethods(value: unknown, ...names: string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  )
}

function runnerSession(runner: QueryRunner, isOurs = false): Session {
  return sessionThrough(
    async (sql, values) => (await runner.query(sql, values)) as unknown[],
    isOurs,
  )
}

function clientSession(client: PgClient, isOurs = false): Session {
  return sessionThrough(async (sql, values) => (await client.query(sql, values)).rows, isOurs)
}

/** Returns a session that sends through a function. Once the connection is gone every query says why it went, and not what pg or TypeORM make of that. */
export function sessionThrough(
  send: (sql: string, values?: unknown[]) => Promise<unknown[]>,
  isOurs = false,
): Session {
  let lost: ConnectionError | undefined
  return {
    get isLost() {
      return lost !== undefined
    },
    patience: 0,
    isOurs,
    isFree: false,
    async query<Row>(sql: string, values?: readonly unknown[]) {
      if (lost) throw lost
      try {
        return (await within(this.patience, send(sql, values && [...values]))) as Row[]
      } catch (error) {
        if (!isConnectionLost(error)) throw error
        lost = connectionLost(error)
        throw lost
      }
    },
  }
}

async function within<T>(millis: number, answer: Promise<T>): Promise<T> {
  if (millis === 0) return answer
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${NO_ANSWER} within ${String(millis / 1000)}s`))
    }, millis)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

function connectionLost(cause: unknown): ConnectionError {
  return new ConnectionError(
    `Lost the connection to the database: ${quoted(cause)}. No sequence is lower than before. Run it again.`,
    { cause },
  )
}
