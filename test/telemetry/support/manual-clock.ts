import type { Clock } from '../../../src/tools/telemetry/clock'

/** A clock that a test moves; its chance is always the most there is. */
export class ManualClock implements Clock {
  private time = 0
  private readonly sleepers: { readonly until: number; readonly wake: () => void }[] = []

  now(): number {
    return this.time
  }

  random(): number {
    return 1
  }

  sleep(millis: number, signal: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      signal.addEventListener('abort', () => {
        wake()
      })
      this.sleepers.push({ until: this.time + millis, wake })
    })
  }

  /** Lets so many milliseconds pass, and what then wakes run. */
  async pass(millis: number): Promise<void> {
    await settled()
    this.time += millis
    for (const { until, wake } of this.sleepers) if (until <= this.time) wake()
    await settled()
  }
}

/** Resolves when all that waits for no timer has run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
