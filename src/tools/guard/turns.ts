import type { AsyncLocalStorage } from 'node:async_hooks'

/** A statement that runs on a connection. Those that a subscriber sends meanwhile run within it, in a queue of their own: they must not wait for its end. */
export interface Turn {
  readonly turns: Turns
  readonly within: Queue
  readonly outer: Turn | undefined
  over: boolean
}

/** Knows within which turn code runs. */
export interface TurnHolder {
  readonly storage: AsyncLocalStorage<Turn>
  /** Whether there are such subscribers. Without any the storage is left alone: on Node 20 its first use makes every promise of the process slower. */
  isNeeded(): boolean
}

/** The statements of one connection: one at a time, as the server runs them, so that a savepoint is about one statement and no other. */
export class Turns {
  private readonly queue = new Queue()

  constructor(private readonly holder: TurnHolder) {}

  /** Runs `work` when all before it have ended, and what they left running. */
  take<T>(work: () => Promise<T>): Promise<T> {
    return this.holder.isNeeded() ? this.takeWithin(work) : this.queue.run(work)
  }

  private takeWithin<T>(work: () => Promise<T>): Promise<T> {
    const { storage } = this.holder
    const outer = lasting(storage.getStore())
    const turn: Turn = { turns: this, within: new Queue(), outer, over: false }
    const queue = this.current(outer)?.within ?? this.queue
    return queue.run(async () => {
      try {
        return await storage.run(turn, work)
      } finally {
        turn.over = true
      }
    }, turn.within)
  }

  private current(turn: Turn | undefined): Turn | undefined {
    return !turn || turn.turns === this ? turn : this.current(lasting(turn.outer))
  }
}

/** Runs one work after the other. */
class Queue {
  private last: Promise<unknown> | undefined

  /** Runs `work` after those before, at once where there are none; the next waits for it, and for what is in `within` by then. */
  run<T>(work: () => Promise<T>, within?: Queue): Promise<T> {
    const result = this.last ? this.last.then(work) : work()
    const clear = () => {
      if (this.last === ended) this.last = undefined
    }
    const end = () => {
      if (within?.last) return within.last.then(clear)
      clear()
      return undefined
    }
    const ended: Promise<unknown> = result.then(end, end)
    this.last = ended
    return result
  }
}

/** Work that goes on after its turn holds on to it: what is over is passed over, or such turns would pile up. */
function lasting(turn: Turn | undefined): Turn | undefined {
  return turn?.over ? lasting(turn.outer) : turn
}
