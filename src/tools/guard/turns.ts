import type { AsyncLocalStorage } from 'node:async_hooks'

/** A statement that runs on a connection. Those that a subscriber sends meanwhile run within it, in a queue of their own: they must not wait for its end. */
export interface Turn {
  readonly turns: Turns
  readonly within: Queue
  readonly outer: Turn | undefined
  over: boolean
}

/** Knows within which turn code runs. */
export type TurnHolder = AsyncLocalStorage<Turn>

/** The statements of one connection: one at a time, as the server runs them, so that a savepoint is about one statement and no other. */
export class Turns {
  private readonly queue = new Queue()

  constructor(private readonly holder: TurnHolder) {}

  /** Runs `work` when all before it have ended, and what they left running. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const outer = lasting(this.holder.getStore())
    const turn: Turn = { turns: this, within: new Queue(), outer, over: false }
    const queue = this.current(outer)?.within ?? this.queue
    return queue.run(async () => {
      try {
        return await this.holder.run(turn, work)
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
  private last: Promise<unknown> = Promise.resolve()

  /** Runs `work` after those before; the next waits for it, and for what is in `within` by then. */
  async run<T>(work: () => Promise<T>, within: Queue): Promise<T> {
    const result = this.last.then(work)
    this.last = result.then(
      () => within.last,
      () => within.last,
    )
    return result
  }
}

/** Work that goes on after its turn holds on to it: what is over is passed over, or such turns would pile up. */
function lasting(turn: Turn | undefined): Turn | undefined {
  return turn?.over ? lasting(turn.outer) : turn
}
