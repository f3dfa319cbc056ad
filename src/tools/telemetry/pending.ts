/** Promises that are under way, and can be ended from outside. */
export class Pending {
  private readonly under = new Map<Promise<unknown>, (error: Error) => void>()

  /** Returns what `work` comes to, or the error that ends it before. */
  async add<T>(work: Promise<T>): Promise<T> {
    // No Promise.race() with one long-lived promise: that would keep every one that ever ran.
    let end: (error: Error) => void = () => undefined
    const outcome = new Promise<T>((resolve, reject) => {
      end = reject
      work.then(resolve, reject)
    })
    this.under.set(outcome, end)
    try {
      return await outcome
    } finally {
      this.under.delete(outcome)
    }
  }

  /** Resolves when all that are under way now have ended, however. */
  settled(): Promise<unknown> {
    return Promise.allSettled([...this.under.keys()])
  }

  /** Ends all that are under way. */
  reject(error: Error): void {
    for (const end of this.under.values()) end(error)
  }
}
