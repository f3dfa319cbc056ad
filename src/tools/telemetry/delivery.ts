import type { AcceptedEvent } from './accepted-event'
import { writeAround, type Poison, type Progress, type WriteBatch } from './bisect'
import type { Clock } from './clock'
import type { DeadLetter, DeadLetters } from './dead-letters'
import type { EventQueue } from './event-queue'
import { judgedKind, writeSqlstate, type IsOwnKey } from './failure-kind'
import { fullReason } from './failure-reason'
import { HeldUp, type Insistence } from './insistence'
import type { Reporter } from './reporter'
import type { Tally } from './tally'

/** What a {@link Delivery} works with. */
export interface DeliveryParts {
  readonly queue: EventQueue
  readonly write: WriteBatch
  readonly isOwnKey: IsOwnKey
  readonly deadLetters: DeadLetters
  readonly insistence: Insistence
  readonly reporter: Reporter
  readonly tally: Tally
  readonly clock: Clock
  readonly today: () => Date
  readonly maxBatchSize: number
}

/** A statement that ran out of its time or of memory: half of it may not. */
const TOO_MUCH = ['57014', '53200']

/** Brings events to their end, each either in the table or among the dead letters, and only then off the queue. */
export class Delivery {
  /** How many are tried at once. */
  private limit: number
  private writes = 0

  constructor(private readonly parts: DeliveryParts) {
    this.limit = parts.maxBatchSize
  }

  /** Whether a write is under way, which ends when the server says so. */
  get writing(): boolean {
    return this.writes > 0
  }

  /**
   * Resolves when all events are settled.
   *
   * @param before - the events that were taken before are settled then, which these must wait for
   * @throws {Stopped} when the insistence is stopped before.
   */
  async deliver(events: readonly AcceptedEvent[], before: Promise<void>): Promise<void> {
    const { queue, insistence, deadLetters, reporter } = this.parts
    let rest = events
    while (rest.length > 0) {
      const left = rest
      const progress = await insistence.until('write', () => this.attempt(left))
      const refused = progress.poison.map((poison) => this.refused(poison))
      const letters = refused.map(({ letter }) => letter)
      await insistence.until('dead letters', () => deadLetters.keep(letters))
      // Before they leave the queue: a process that dies in between tells twice, not never.
      reporter.refused(refused, deadLetters.path)
      await before
      await insistence.until('queue', () => queue.settle(progress.done))
      this.count(progress)
      rest = rest.slice(progress.done)
    }
  }

  private async attempt(events: readonly AcceptedEvent[]): Promise<Progress> {
    const { write, isOwnKey, clock, tally, maxBatchSize } = this.parts
    const start = clock.now()
    this.writes += 1
    const progress = await writeAround(events.slice(0, this.limit), write, (error) =>
      judgedKind(error, isOwnKey),
    ).finally(() => (this.writes -= 1))
    tally.batch((clock.now() - start) / 1_000, progress.done)
    const { stopped } = progress
    if (stopped && TOO_MUCH.includes(writeSqlstate(stopped.error) ?? '')) {
      this.limit = Math.ceil(this.limit / 2)
    } else {
      this.limit = Math.min(maxBatchSize, this.limit * 2)
    }
    // What was done before it stopped is settled first; the next try then fails with nothing done.
    if (stopped && progress.done === 0) throw new HeldUp(stopped.error, stopped.kind)
    return progress
  }

  private refused({ event, error }: Poison): { letter: DeadLetter; error: unknown } {
    const { uid, row, detection } = event
    const letter = {
      uid,
      reason: fullReason(error),
      sqlstate: writeSqlstate(error) ?? null,
      at: this.parts.today().toISOString(),
      event: row,
      ...(detection && { detection }),
    }
    return { letter, error }
  }

  private count({ written, inserted, poison }: Progress): void {
    const { tally } = this.parts
    tally.add('written', inserted)
    tally.add('alreadyThere', written - inserted)
    tally.add('deadLettered', poison.length)
  }
}
