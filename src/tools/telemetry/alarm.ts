import type { Clock } from './clock'

/** A wait that can be cut short. */
export class Alarm {
  private waiting: AbortController | undefined

  constructor(private readonly clock: Clock) {}

  /** Resolves after so many milliseconds, with none given never; at once when it {@link Alarm.ring rings}. */
  async wait(millis?: number): Promise<void> {
    const waiting = new AbortController()
    this.waiting = waiting
    try {
      await (millis === undefined ? rung(waiting.signal) : this.clock.sleep(millis, waiting.signal))
    } finally {
      if (this.waiting === waiting) this.waiting = undefined
    }
  }

  /** Ends the wait that is on, if one is. */
  ring(): void {
    // Not again: each abort() makes a DOMException, and every event may ring.
    if (this.waiting?.signal.aborted === false) this.waiting.abort()
  }
}

function rung(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve()
    })
  })
}
