import { messageOf } from '../db/sqlstate'
import { WriterClosedError } from '../errors'
import type { AcceptedEvent } from './accepted-event'
import { Alarm } from './alarm'
import type { Clock } from './clock'
import type { Delivery } from './delivery'
import type { EventQueue } from './event-queue'
import { Stopped, type Insistence } from './insistence'
import type { Reporter } from './reporter'
import type { Tally } from './tally'

/** When a batch is taken. */
export interface DrainSchedule {
  /** As soon as so many events wait … */
  readonly batchSize: number
  /** … or the oldest has waited so many milliseconds. */
  readonly delayMillis: number
}

/** What a {@link Drain} works with. */
export interface DrainParts {
  readonly queue: EventQueue
  readonly delivery: Pick<Delivery, 'deliver' | 'writing'>
  readonly insistence: Insistence
  readonly reporter: Reporter
  readonly tally: Tally
  readonly clock: Clock
}

interface Flush {
  readonly target: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** While the server works on one batch, the next is made ready: with one at a time each waits for the other a third of the time. */
const BATCHES_AT_ONCE = 2

/**
 * Takes events off the queue in batches and delivers them: two at once, which are settled in their order; one where something is held up. An idle one holds no
 * timer, and so does not keep a process alive; one with events to write does.
 */
export class Drain {
  private readonly alarm: Alarm
  /** When the oldest event that waits came; undefined where none does. */
  private oldestAt: number | undefined
  /** How many flushes wait for events to be accepted … */
  private expecting = 0
  /** … and which for those to be settled. */
  private flushes: Flush[] = []
  private stopped = false
  /** The batches that are taken and not settled. */
  private readonly deliveries: Promise<void>[] = []
  private ended: Promise<void> | undefined

  constructor(
    private readonly parts: DrainParts,
    private readonly schedule: DrainSchedule,
  ) {
    this.alarm = new Alarm(parts.clock)
    // What an earlier run left has waited long enough.
    if (parts.queue.size > 0) this.oldestAt = -Infinity
  }

  /** Begins the work; it never rejects. */
  start(): void {
    this.ended = this.run()
  }

  /** An event was accepted. */
  notify(): void {
    const first = this.oldestAt === undefined
    if (first) this.oldestAt = this.parts.clock.now()
    if (first || this.isFlushing() || this.parts.queue.waiting >= this.schedule.batchSize) {
      this.alarm.ring()
    }
  }

  /**
   * Resolves when all is settled that was accepted before, or while `accepting` was pending.
   *
   * @throws {WriterClosedError} when the drain is stopped before that.
   */
  async flush(accepting: Promise<unknown>): Promise<void> {
    this.expecting += 1
    this.alarm.ring()
    try {
      await accepting
    } finally {
      this.expecting -= 1
    }
    const settled = this.settled(this.parts.tally.accepted)
    this.alarm.ring()
    await settled
  }

  /** Tries at once what waits to be tried again. */
  hurry(): void {
    this.parts.insistence.hurry()
  }

  /** Takes no more. Resolves when nothing here touches the queue any more; does not wait for a server that does not answer. */
  async stop(): Promise<void> {
    this.stopped = true
    this.parts.insistence.stop()
    this.alarm.ring()
    this.release()
    if (!this.parts.delivery.writing) await this.ended
  }

  private async run(): Promise<void> {
    const { queue, insistence, reporter } = this.parts
    try {
      while (await this.due()) {
        await this.roomForAnother()
        const events = await insistence.until('queue', () => queue.take(this.schedule.batchSize))
        if (events.length === 0 || queue.waiting === 0) this.oldestAt = undefined
        const delivery = this.deliver(events)
        this.deliveries.push(delivery)
        // Who waits for it hears of its end; until then it must not count as unheard.
        delivery.catch(() => undefined)
        // A queue may count what it cannot hand out yet.
        if (events.length === 0) await this.alarm.wait(this.schedule.delayMillis)
      }
      await Promise.all(this.deliveries)
    } catch (error) {
      // Nothing is known to come here but the end; what is not settled stays in the queue.
      if (!(error instanceof Stopped)) {
        reporter.log(
          `Telemetry events are not written any more: ${messageOf(error)}. ${String(queue.size)} kept.`,
        )
      }
      this.stopped = true
    }
    this.release()
  }

  private async deliver(events: readonly AcceptedEvent[]): Promise<void> {
    const before = this.deliveries.at(-1) ?? Promise.resolve()
    await this.parts.delivery.deliver(events, before)
    // Those before it are settled: it is the first.
    void this.deliveries.shift()
    this.release()
  }

  private async roomForAnother(): Promise<void> {
    const [oldest] = this.deliveries
    const most = this.parts.insistence.isHeldUp ? 1 : BATCHES_AT_ONCE
    if (!oldest || this.deliveries.length < most) return
    await oldest
    await this.roomForAnother()
  }

  /** Waits for a batch to be due; false when there will be none. */
  private async due(): Promise<boolean> {
    const { queue, clock } = this.parts
    const { batchSize, delayMillis } = this.schedule
    while (!this.stopped) {
      const left =
        this.oldestAt === undefined ? undefined : this.oldestAt + delayMillis - clock.now()
      const forced =
        this.isFlushing() || queue.waiting >= batchSize || (left !== undefined && left <= 0)
      if (queue.waiting > 0 && forced) return true
      await this.alarm.wait(queue.waiting > 0 ? left : undefined)
    }
    return false
  }

  private isFlushing(): boolean {
    return this.expecting > 0 || this.flushes.length > 0
  }

  private settled(target: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.flushes.push({ target, resolve, reject })
      this.release()
    })
  }

  private release(): void {
    const { queue, tally } = this.parts
    const waiting: Flush[] = []
    // The size alone would do, but for the moment in which what left the queue is not counted yet; the count alone, but for records that
    // a queue finds unreadable.
    for (const flush of this.flushes) {
      if (tally.settled >= flush.target || (queue.size === 0 && this.deliveries.length === 0))
        flush.resolve()
      else if (this.stopped) flush.reject(closed(queue.size))
      else waiting.push(flush)
    }
    this.flushes = waiting
  }
}

function closed(left: number): WriterClosedError {
  return new WriterClosedError(
    `Cannot flush: the writer was shut down with ${String(left)} ${left === 1 ? 'event' : 'events'} not written.`,
  )
}
