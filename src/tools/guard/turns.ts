import type { AsyncLocalStorage } from 'node:async_hooks'

/** Whose turn the running code is part of. A subscriber may query within a statement's turn, on the same connection: it must not wait for that to end. */
export interface TurnHolder {
  readonly storage: AsyncLocalStorage<Turns>
  /** Whether there are such subscribers. Without any the storage is left alone: on Node 20 its first use makes every promise of the process slower. */
  isNeeded(): boolean
}

/** The statements of one connection: several together, or one alone while the others wait. */
export class Turns {
  private running = 0
  private idle: (() => void) | undefined
  private last: Promise<unknown> | undefined

  constructor(private readonly holder: TurnHolder) {}

  /** Runs beside others. */
  async together<T>(work: () => Promise<T>): Promise<T> {
    if (this.isInside()) return work()
    while (this.last) await this.last
    this.running += 1
    try {
      return await work()
    } finally {
      this.running -= 1
      if (this.running === 0) this.idle?.()
    }
  }

  /** Runs when all before have ended, and lets none begin meanwhile. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.isInside()) return work()
    const before = this.last
    const turn = this.afterAll(before, work)
    const ended = turn.then(
      () => undefined,
      () => undefined,
    )
    this.last = ended
    try {
      return await turn
    } finally {
      if (this.last === ended) this.last = undefined
    }
  }

  private async afterAll<T>(
    before: Promise<unknown> | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    await before
    if (this.running > 0) {
      await new Promise<void>((resolve) => {
        this.idle = resolve
      })
    }
    return this.holder.isNeeded() ? this.holder.storage.run(this, work) : work()
  }

  private isInside(): boolean {
    return this.holder.storage.getStore() === this
  }
}
