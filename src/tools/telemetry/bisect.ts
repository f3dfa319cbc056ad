import type { AcceptedEvent } from './accepted-event'
import type { FailureKind, HoldingKind } from './failure-kind'

/** Writes events in one transaction, each once, and says how many were not there yet. @throws what the server says, with its SQLSTATE. */
export type WriteBatch = (events: readonly AcceptedEvent[]) => Promise<{ inserted: number }>

/** An event that the database refuses, and its error. */
export interface Poison {
  readonly event: AcceptedEvent
  readonly error: unknown
}

/** How far the writing of some events came. */
export interface Progress {
  /** How many, from the first on, are written or known to be poison. */
  readonly done: number
  /** How many of these were written, and of those how many were not there yet. */
  readonly written: number
  readonly inserted: number
  readonly poison: readonly Poison[]
  /** Why it went no further; undefined where it came to the end. */
  readonly stopped?: { readonly error: unknown; readonly kind: HoldingKind } | undefined
}

/**
 * Writes events, and where a row is to blame halves them until it stands alone: its neighbours are written, each part in a transaction of
 * its own. In order, so that what is done is always the first so many. Any other failure stops it. k poison events among n cost
 * at most 1 + 2k·log2(n) writes, and never more than 2n − 1.
 */
export async function writeAround(
  events: readonly AcceptedEvent[],
  write: WriteBatch,
  judge: (error: unknown) => Promise<FailureKind>,
): Promise<Progress> {
  const poison: Poison[] = []
  const parts = [events]
  let [done, written, inserted] = [0, 0, 0]
  // A stack, not recursion: what is left when it stops is simply what is still on it.
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [first] = part
    if (first === undefined) continue
    try {
      inserted += (await write(part)).inserted
      written += part.length
      done += part.length
    } catch (error) {
      const kind = await judge(error)
      if (kind !== 'row') {
        return { done, written, inserted, poison, stopped: { error, kind } }
      }
      if (part.length === 1) {
        poison.push({ event: first, error })
        done += 1
      } else {
        const middle = Math.ceil(part.length / 2)
        parts.push(part.slice(middle), part.slice(0, middle))
      }
    }
  }
  return { done, written, inserted, poison }
}
