import { insertEvent, type Query } from './events'

/** What one insert came to. */
export interface Attempt {
  /** Milliseconds, as `performance.now()` counts them. */
  readonly startedAt: number
  readonly written: boolean
}

/** Writers at work. */
export interface Writers {
  /** Lets each finish its insert, and returns every attempt. */
  stop(): Promise<readonly Attempt[]>
}

/** Starts writers that insert events one after another until they are stopped; one that fails with 23505 gives its event up. */
export function startWriters(query: Query, count: number): Writers {
  const attempts: Attempt[] = []
  let running = true
  const write = async (writer: number) => {
    for (let n = writer * 1_000_000; running; n += 1) {
      const startedAt = performance.now()
      attempts.push({ startedAt, written: await insertEvent(query, n) })
    }
  }
  const done = Promise.all(Array.from({ length: count }, (_, index) => write(index + 1)))
  return {
    async stop() {
      running = false
      await done
      return attempts
    },
  }
}
