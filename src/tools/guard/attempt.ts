import type { Session } from '../db/session'
import type { Healer } from './healer'
import type { Recovery } from './recovery'

/** What it takes to run a statement again. */
export interface Place {
  readonly session: Session
  readonly healer: Healer
  readonly recovery: Recovery
}

/** Runs `work`, and again after each failure that could be healed. Any other is thrown as it is. */
export async function attempt<T>(place: Place, work: () => Promise<T>): Promise<T> {
  if (!(await place.recovery.prepare())) return work()
  return repeat(place, work, 0)
}

/** Goes on after a first failure of `work`, before which there was nothing to prepare. */
export async function attemptAgain<T>(
  place: Place,
  work: () => Promise<T>,
  failure: unknown,
): Promise<T> {
  await recover(place, failure, 0)
  return repeat(place, work, 1)
}

async function repeat<T>(place: Place, work: () => Promise<T>, from: number): Promise<T> {
  for (let tries = from; ; tries += 1) {
    try {
      const result = await work()
      await place.recovery.keep()
      return result
    } catch (error) {
      await recover(place, error, tries)
    }
  }
}

/**
 * Returns where the statement that failed may run again.
 *
 * @throws `error` itself where it may not.
 */
async function recover(
  { session, healer, recovery }: Place,
  error: unknown,
  tries: number,
): Promise<void> {
  const violation = healer.violationIn(error)
  if (!violation) throw error
  try {
    await recovery.rewind()
    // Whatever stops the repair, the transaction must not be left open as if nothing had failed in it.
    if (await healer.heal(session, violation, tries).catch(() => false)) {
      await recovery.resume()
      return
    }
    await recovery.abandon()
  } catch {
    // The connection is gone, or the transaction was not ours to undo: the first error says more.
  }
  healer.giveUp(error)
  throw error
}
