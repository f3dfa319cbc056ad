import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'

/** A server that cannot be reached any more never says that it has closed a connection. */
const PATIENCE = 5_000

/**
 * Gives `work` a pool and ends it afterwards, and with it each of its connections: pg's own `end` is done before these are closed, and the server
 * counts them still. Waits for at most five seconds.
 */
export async function withPool<T>(
  open: () => Promise<Pool>,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  const pool = await open()
  try {
    return await work(pool)
  } finally {
    await endPool(pool)
  }
}

async function endPool(pool: Pool): Promise<void> {
  let open = pool.totalCount
  const closed = new Promise<void>((resolve) => {
    if (open === 0) resolve()
    pool.on('remove', () => {
      open -= 1
      if (open === 0) resolve()
    })
  })
  await pool.end()
  const patience = new AbortController()
  const { signal } = patience
  await Promise.race([closed, sleep(PATIENCE, undefined, { signal, ref: false })])
  patience.abort()
}
