import { sequenceName } from '../sequences/names'
import type { GuardOptions, OpenEvent, RefusalEvent, RepairEvent } from './guard-options'
import { Recent } from './recent'

/** How often a refusal is logged for one column, in milliseconds. */
const QUIET = 60_000

/** Tells the application what the guard did, through its handlers, else through a logger. */
export class Teller {
  private readonly logged: Recent<true>

  constructor(
    private readonly handlers: Pick<GuardOptions, 'onRepair' | 'onRefuse' | 'onOpen'>,
    private readonly warn: (message: string) => void,
    now: () => number,
  ) {
    this.logged = new Recent(QUIET, now)
  }

  repaired(event: RepairEvent): void {
    const { onRepair } = this.handlers
    this.tell(onRepair, event, () => {
      this.warn(repairText(event))
    })
  }

  refused(event: RefusalEvent): void {
    this.tell(this.handlers.onRefuse, event, () => {
      this.warnSometimes(event)
    })
  }

  opened(event: OpenEvent): void {
    this.tell(this.handlers.onOpen, event, () => {
      this.warn(event.reason)
    })
  }

  /** A handler that fails must not turn a healed statement into one that failed; an asynchronous one, not end the process. */
  private tell<E>(handler: ((event: E) => unknown) | undefined, event: E, log: () => void): void {
    if (!handler) {
      log()
      return
    }
    const say = (error: unknown) => {
      this.warn(`A handler of the guard failed: ${String(error)}`)
    }
    try {
      Promise.resolve(handler(event)).catch(say)
    } catch (error) {
      say(error)
    }
  }

  /** By column, not by reason: that holds numbers, which are others each time. */
  private warnSometimes({ schema, table, column, reason }: RefusalEvent): void {
    const place = JSON.stringify([schema, table, column])
    if (this.logged.get(place)) return
    this.logged.set(place, true)
    this.warn(reason)
  }
}

function repairText({ sequence, before, after, note }: RepairEvent): string {
  const name = sequence ? sequenceName(sequence) : 'The sequence'
  const moved = `Sequence ${name} was behind and is repaired: next value ${String(after)}, before ${String(before)}.`
  return note === null ? moved : `${moved} ${note}`
}
