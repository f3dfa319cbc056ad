const FIRST_WAIT_MILLIS = 10
const LONGEST_WAIT_MILLIS = 1000

/** Waits for room on a disk: longer each time, up to a second, but no longer than until something was settled. */
export class Room {
  private millis = FIRST_WAIT_MILLIS
  private wake: (() => void) | undefined
  private maybe = false

  async wait(): Promise<void> {
    if (!this.maybe) await this.sleep()
    this.maybe = false
  }

  /** There may be room; also for one that is about to wait, having looked before. */
  look(): void {
    this.maybe = true
    this.wake?.()
  }

  /** There was room. */
  found(): void {
    this.millis = FIRST_WAIT_MILLIS
  }

  private async sleep(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.millis)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.wake = undefined
    this.millis = Math.min(this.millis * 2, LONGEST_WAIT_MILLIS)
  }
}
