import type { QueryRunner } from 'typeorm'

/** `query` of a QueryRunner; TypeORM's types leave out what it returns. */
export type Query = (sql: string, parameters?: unknown[], structured?: boolean) => Promise<unknown>

/** A QueryRunner's way to the server. */
export interface Connection {
  readonly send: Query
  /** Tells whether the caller has had the client of pg: what it sends there, COPY for example, goes past the guard. */
  readonly isShared: () => boolean
}

/** Returns the runner's way to the server as it is now, and watches who asks for the client: `connect()` does, and `stream()` through it. */
export function connectionOf(runner: QueryRunner): Connection {
  const query = runner.query.bind(runner) as Query
  const connect = runner.connect.bind(runner) as () => Promise<unknown>
  let sending = false
  let shared = false
  runner.connect = () => {
    shared ||= !sending
    return connect()
  }
  return {
    // TypeORM's own query asks for the client too, before it first waits.
    send(sql, parameters, structured) {
      sending = true
      try {
        return query(sql, parameters, structured)
      } finally {
        sending = false
      }
    },
    isShared: () => shared,
  }
}
