import { setTimeout as timer } from 'node:timers/promises'

/** Time and chance, so that tests can hold them. */
export interface Clock {
  /** Milliseconds, from whenever; never set back, as the time of day is. */
  now(): number
  /** Resolves after so many milliseconds, or at once when the signal is given. */
  sleep(millis: number, signal: AbortSignal): Promise<void>
  /** From 0 to 1, as Math.random. */
  random(): number
}

/** The machine's. Its timers keep the process alive: there is one only while an accepted event waits to be written. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  random: () => Math.random(),
  async sleep(millis, signal) {
    try {
      await timer(millis, undefined, { signal })
    } catch {
      // The signal was given.
    }
  },
}
