import { Alarm } from './alarm'
import { backoffMillis, type Backoff } from './backoff'
import type { Clock } from './clock'
import { failureKind, writeSqlstate } from './failure-kind'
import { loggableReason } from './failure-reason'
import type { Reporter } from './reporter'
import type { Tally } from './tally'
import type { Problem } from './writer-events'

/** A write that failed, and what was judged of it. */
export class HeldUp extends Error {
  constructor(
    readonly error: unknown,
    readonly kind: Problem['kind'],
  ) {
    super('held up')
  }
}

/** Ends the work of a drain that was stopped. */
export class Stopped extends Error {}

/** What an {@link Insistence} works with. */
export interface InsistenceParts {
  readonly clock: Clock
  readonly backoff: Backoff
  readonly reporter: Reporter
  readonly tally: Tally
  /** How many events wait. */
  readonly queued: () => number
}

/** Does things until they succeed, or it is stopped. */
export class Insistence {
  /** What fails and waits for its next try. */
  private readonly heldUp = new Set<Alarm>()
  private stopped = false

  constructor(private readonly parts: InsistenceParts) {}

  /** Whether anything has failed, and not succeeded yet. */
  get isHeldUp(): boolean {
    return this.heldUp.size > 0
  }

  /** Returns what `work` does, however often it fails before. @throws {Stopped} when it is stopped meanwhile. */
  async until<T>(during: Problem['during'], work: () => Promise<T>): Promise<T> {
    const { clock, backoff, reporter } = this.parts
    const since = clock.now()
    const alarm = new Alarm(clock)
    for (let attempt = 1; ; attempt += 1) {
      if (this.stopped) {
        this.heldUp.delete(alarm)
        throw new Stopped()
      }
      try {
        const result = await work()
        if (attempt > 1) {
          this.heldUp.delete(alarm)
          const outageMillis = clock.now() - since
          reporter.recovered({ during, attempts: attempt - 1, outageMillis })
        }
        return result
      } catch (error) {
        // Asked anew: it may have been stopped while the work was under way.
        if (this.isStopped()) throw new Stopped()
        const nextTryMillis = backoffMillis(attempt, backoff, () => clock.random())
        this.report(during, error, attempt, nextTryMillis)
        this.heldUp.add(alarm)
        await alarm.wait(nextTryMillis)
      }
    }
  }

  /** Ends the waits that are on: all is tried at once. */
  hurry(): void {
    for (const alarm of this.heldUp) alarm.ring()
  }

  /** Nothing is tried any more. */
  stop(): void {
    this.stopped = true
    this.hurry()
  }

  private isStopped(): boolean {
    return this.stopped
  }

  private report(
    during: Problem['during'],
    thrown: unknown,
    attempt: number,
    nextTryMillis: number,
  ): void {
    const { reporter, tally, queued } = this.parts
    const { error, kind } =
      thrown instanceof HeldUp ? thrown : { error: thrown, kind: kindOf(during, thrown) }
    tally.add('retried', 1)
    reporter.problem({
      during,
      kind,
      reason: loggableReason(error),
      sqlstate: writeSqlstate(error) ?? null,
      error,
      attempt,
      nextTryMillis,
      queued: queued(),
    })
  }
}

function kindOf(during: Problem['during'], error: unknown): Problem['kind'] {
  if (during !== 'write') return 'disk'
  const kind = failureKind(error)
  return kind === 'row' ? 'setup' : kind
}
