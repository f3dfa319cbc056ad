import { UnwrittenEventsError, WriterClosedError } from '../errors'
import { validated } from '../options/validated'
import type { AcceptedEvent } from './accepted-event'
import type { AsyncDisposal } from './async-disposal'
import { SYSTEM_CLOCK, type Clock } from './clock'
import { NO_DEAD_LETTERS, openDeadLetters, type DeadLetter, type DeadLetters } from './dead-letters'
import { Delivery } from './delivery'
import { Drain } from './drain'
import { Insistence } from './insistence'
import { eventOfLetter } from './letter-event'
import { NO_MEASUREMENTS } from './measurements'
import { Pending } from './pending'
import { Reporter } from './reporter'
import { closed } from './closed'
import { Tally, type WriterStats } from './tally'
import type { ShutdownOptions, WriterSettings } from './writer-options'
import type { OpenedQueue, WriterParts } from './writer-parts'
import { ShutdownRules } from './writer-rules'

/** What the first event opens. */
interface Opened {
  readonly queue: OpenedQueue
  readonly deadLetters: DeadLetters
  readonly drain: Drain
  readonly unobserve: () => void
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars -- the class has it; in its own declaration it would not compile everywhere
export interface EventWriter<Event> extends AsyncDisposal {}

/**
 * Writes events to their table in batches, each once, and loses none: an event that `record()` accepted is kept until it is in the
 * table or, where the database refuses it, among the dead letters. Making one touches neither disk nor database; the first event does. An
 * idle writer does not keep its process alive, one with events to write does.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- as above
export class EventWriter<Event> {
  private readonly clock: Clock
  private readonly reporter: Reporter
  private readonly tally: Tally
  private readonly pending = new Pending()
  private opening: Promise<Opened> | undefined
  private opened: Opened | undefined
  private ending: Promise<void> | undefined
  /** What was left when it was shut down. */
  private left: number | undefined

  constructor(
    private readonly settings: WriterSettings,
    private readonly parts: WriterParts<Event>,
  ) {
    this.clock = parts.clock ?? SYSTEM_CLOCK
    this.reporter = new Reporter(settings.handlers, parts.logger)
    this.tally = new Tally(parts.measurements ?? NO_MEASUREMENTS)
  }

  /**
   * Takes an event over, and returns its uid once it is kept: on disk where there is a spool, else in memory.
   *
   * @throws {InvalidEventError} when it breaks the rules of its entity.
   * @throws {QueueFullError} when there is no room, and the writer is not to wait.
   * @throws {SpoolError} when the spool cannot be opened or written.
   * @throws {OutputError} when the file for dead letters cannot be opened.
   * @throws {WriterClosedError} after `shutdown()`, and where there was no room until then.
   */
  record(event: Event): Promise<string> {
    return this.takeOver(() => this.parts.accept(event))
  }

  /**
   * Takes over the event of a dead letter, once what was wrong is put right: in the table, or in the letter's values. Else as `record()`, but that
   * the database alone checks it.
   */
  recordAgain(letter: DeadLetter): Promise<string> {
    return this.takeOver(() => eventOfLetter(letter))
  }

  /**
   * Resolves when every event is written or dead-lettered that was given to `record()` before.
   *
   * @throws {WriterClosedError} when the writer is shut down before that.
   */
  async flush(): Promise<void> {
    if (this.ending && !this.opening) return
    const accepting = this.pending.settled()
    const { drain } = await this.open()
    await drain.flush(accepting)
  }

  /**
   * Takes no more events, writes those that it has for as long as it may, and closes. What is left then stays in the spool; without one
   * it is lost, and said. Later calls return what the first does.
   *
   * @throws {UnwrittenEventsError} when events are left that were in memory alone.
   */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    const { timeoutMillis = 10_000 } = validated(ShutdownRules, options)
    this.ending ??= this.end(timeoutMillis)
    await this.ending
  }

  /** @internal Its type is that of {@link AsyncDisposal}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  /** Returns the numbers so far. */
  stats(): WriterStats {
    const { written, alreadyThere, deadLettered, rejected } = this.tally.counts
    return {
      accepted: this.tally.accepted,
      rejected,
      written,
      alreadyThere,
      deadLettered,
      queued: this.left ?? this.opened?.queue.size ?? 0,
      corrupt: this.opened?.queue.corrupt ?? 0,
    }
  }

  private async takeOver(accept: () => AcceptedEvent): Promise<string> {
    if (this.ending) throw closed()
    try {
      const accepted = accept()
      await this.pending.add(this.keep(accepted))
      return accepted.uid
    } catch (error) {
      if (!(error instanceof WriterClosedError)) this.tally.add('rejected', 1)
      throw error
    }
  }

  private async keep(event: AcceptedEvent): Promise<void> {
    const { queue, drain } = await this.open()
    this.assertNotEnded()
    await queue.append(event)
    // Too late: it is in the spool, or nowhere, and its caller was told that it was not accepted.
    this.assertNotEnded()
    this.tally.accepted += 1
    drain.notify()
  }

  private assertNotEnded(): void {
    if (this.left !== undefined) throw closed()
  }

  private async open(): Promise<Opened> {
    this.opening ??= this.openParts()
    try {
      return await this.opening
    } catch (error) {
      this.opening = undefined
      throw error
    }
  }

  private async openParts(): Promise<Opened> {
    const { settings, parts, clock, reporter, tally } = this
    const queue = await parts.openQueue(settings)
    const deadLetters = await this.openDeadLetters().catch(async (error: unknown) => {
      await queue.close()
      throw error
    })
    const queued = () => queue.size
    tally.accepted += queue.size
    const insistence = new Insistence({ clock, backoff: settings.backoff, reporter, tally, queued })
    const delivery = new Delivery({
      queue,
      write: (events) => parts.writeBatch(events),
      isOwnKey: (error) => parts.isOwnKey(error),
      deadLetters,
      insistence,
      reporter,
      tally,
      clock,
      today: settings.now,
      maxBatchSize: settings.maxBatchSize,
    })
    const drain = new Drain(
      { queue, delivery, insistence, reporter, tally, clock },
      {
        // A full queue takes no more, so nothing is gained by waiting.
        batchSize: Math.min(settings.maxBatchSize, settings.maxQueueSize),
        delayMillis: settings.scheduledDelayMillis,
      },
    )
    drain.start()
    const unobserve = (parts.measurements ?? NO_MEASUREMENTS).observeQueueSize(queued)
    this.opened = { queue, deadLetters, drain, unobserve }
    return this.opened
  }

  private openDeadLetters(): Promise<DeadLetters> {
    const { deadLetters } = this.settings
    return deadLetters === null ? Promise.resolve(NO_DEAD_LETTERS) : openDeadLetters(deadLetters)
  }

  private async end(timeoutMillis: number): Promise<void> {
    const { opening } = this
    if (!opening) return
    const inTime = new AbortController()
    await Promise.race([this.drained(), this.clock.sleep(timeoutMillis, inTime.signal)])
    inTime.abort()
    const { opened } = this
    if (!opened) {
      // It could not be opened, or not yet.
      this.left = 0
      this.pending.reject(closed())
      opening.then(close, () => undefined)
      return
    }
    await opened.drain.stop()
    const left = opened.queue.size
    this.left = left
    this.pending.reject(closed())
    await close(opened)
    if (left > 0 && this.settings.spool === null) throw this.lost(left)
  }

  /** Ends when all is written, or the end has come; how, is seen by what is left. */
  private async drained(): Promise<void> {
    try {
      const { drain } = await this.open()
      // What waits to be tried again is tried now: there may be no later.
      drain.hurry()
      await drain.flush(this.pending.settled())
    } catch {
      // As above.
    }
  }

  private lost(left: number): UnwrittenEventsError {
    const error = new UnwrittenEventsError(
      `Cannot write ${String(left)} telemetry ${left === 1 ? 'event' : 'events'} before the end: the database did not take them in time. They were in memory alone and are lost. Set the option spool to keep such events on disk.`,
      left,
    )
    this.reporter.log(error.message)
    return error
  }
}

async function close({ drain, queue, deadLetters, unobserve }: Opened): Promise<void> {
  await drain.stop()
  unobserve()
  await queue.close()
  await deadLetters.close()
}
