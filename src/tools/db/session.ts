import type { DataSource, QueryRunner } from 'typeorm'
import { UsageError } from '../errors'

/** What we need of a pg `Client` or `PoolClient`; structural, so that any copy of pg will do. */
export interface PgClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** What the library works on: a DataSource, a QueryRunner (also inside its transaction) or a pg client. */
export type Target = DataSource | QueryRunner | PgClient

/** One connection to PostgreSQL. */
export interface Session {
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>
}

/**
 * Gives `work` one connection of `target`, and gives it back afterwards where it was taken from a DataSource.
 *
 * @throws {UsageError} when the DataSource is not initialised, or the target is none of the three.
 */
export async function withSession<T>(
  target: Target,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (isDataSource(target)) {
    if (!target.isInitialized) {
      throw new UsageError(
        'Cannot query a DataSource that is not initialised. Call: await dataSource.initialize()',
      )
    }
    // 'master': a replica's rows may be older than the primary's sequence.
    const runner = target.createQueryRunner('master')
    try {
      return await work(runnerSession(runner))
    } finally {
      await runner.release()
    }
  }
  if (isQueryRunner(target)) return work(runnerSession(target))
  if (hasMethods(target, 'getRepository') || 'totalCount' in target) {
    throw new UsageError(
      'Cannot work on an EntityManager or a Pool: each query could take another connection. Pass the DataSource, a QueryRunner, or a client of the pool',
    )
  }
  return work(clientSession(target))
}

/** Structural, not instanceof: the caller's TypeORM may be another copy than ours. */
export function isDataSource(value: unknown): value is DataSource {
  return hasMethods(value, 'createQueryRunner', 'initialize', 'setOptions')
}

function isQueryRunner(value: Target): value is QueryRunner {
  return hasMethods(value, 'query', 'startTransaction')
}

function hasMethods(value: unknown, ...names: string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  )
}

function runnerSession(runner: QueryRunner): Session {
  return {
    async query<Row>(sql: string, values?: readonly unknown[]) {
      return (await runner.query(sql, values ? [...values] : undefined)) as Row[]
    },
  }
}

function clientSession(client: PgClient): Session {
  return {
    async query<Row>(sql: string, values?: readonly unknown[]) {
      return (await client.query(sql, values ? [...values] : undefined)).rows as Row[]
    },
  }
}
