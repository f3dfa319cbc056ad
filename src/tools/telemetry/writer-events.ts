import type { DeadLetter } from './dead-letters'
import type { HoldingKind } from './failure-kind'

/** A failure that holds accepted events up: they are kept, and it is tried again. */
export interface Problem {
  /** What failed: writing to the database, the file of dead letters, or the queue itself. */
  readonly during: 'write' | 'dead letters' | 'queue'
  /** What is at fault; `disk` where it is not the database. */
  readonly kind: HoldingKind | 'disk'
  /** Why, in a form to log: without the values of any event. */
  readonly reason: string
  readonly sqlstate: string | null
  /** The error itself, which may quote values. */
  readonly error: unknown
  /** How often it failed in a row, this time included. */
  readonly attempt: number
  /** In how many milliseconds it is tried again. */
  readonly nextTryMillis: number
  /** How many events wait. */
  readonly queued: number
}

/** The end of a problem. */
export interface Recovery {
  readonly during: Problem['during']
  /** How often it had failed in a row. */
  readonly attempts: number
  /** How long it took, in milliseconds. */
  readonly outageMillis: number
}

/** Who is told what a writer meets; by default the DataSource's logger is. What they throw is passed over. */
export interface WriterHandlers {
  /** An event that the database refuses. Where no file keeps dead letters, this is the last that is seen of it. */
  readonly onDeadLetter?: ((letter: DeadLetter) => unknown) | undefined
  /** Each try that failed. */
  readonly onProblem?: ((problem: Problem) => unknown) | undefined
  readonly onRecovered?: ((recovery: Recovery) => unknown) | undefined
}
