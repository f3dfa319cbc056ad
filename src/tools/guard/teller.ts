import { sequenceName } from '../sequences/names'
import type { GuardOptions, OpenEvent, RefusalEvent, RepairEvent } from './guard-options'
import { Recent } from './recent'

/** How often the same refusal is logged, in milliseconds. */
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
      this.warnSometimes(event.reason)
    })
  }

  opened(event: OpenEvent): void {
    this.tell(this.handlers.onOpen, event, () => {
      this.warn(event.reason)
    })
  }

  /** A handler that throws must not turn a healed statement into one that failed. */
  private tell<E>(handler: ((event: E) => void) | undefined, event: E, log: () => void): void {
    try {
      if (handler) handler(event)
      else log()
    } catch (error) {
      this.warn(`A handler of the guard failed: ${String(error)}`)
    }
  }

  private warnSometimes(reason: string): void {
    if (this.logged.get(reason)) return
    this.logged.set(reason, true)
    this.warn(reason)
  }
}

function repairText({ sequence, before, after, note }: RepairEvent): string {
  const name = sequence ? sequenceName(sequence) : 'The sequence'
  const moved = `Sequence ${name} was behind and is repaired: next value ${String(after)}, before ${String(before)}.`
  return note === null ? moved : `${moved} ${note}`
}
