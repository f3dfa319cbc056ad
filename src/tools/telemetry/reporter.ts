import { groupedBy } from '../grouped-by'
import { warn, type WarningLogger } from '../warning'
import type { DeadLetter } from './dead-letters'
import { loggableReason } from './failure-reason'
import { undisturbed } from './undisturbed'
import type { Problem, Recovery, WriterHandlers } from './writer-events'

/** A dead letter, and the error it comes from. */
export interface Refused {
  readonly letter: DeadLetter
  readonly error: unknown
}

/** Tells handlers, or the log where there is none. No line of the log holds a value of an event. */
export class Reporter {
  /** What the log said last, and has not taken back yet. */
  private said: string | undefined

  constructor(
    private readonly handlers: WriterHandlers,
    private readonly logger: WarningLogger,
  ) {}

  refused(events: readonly Refused[], path: string | null): void {
    const { onDeadLetter } = this.handlers
    if (onDeadLetter) {
      for (const { letter } of events) undisturbed(() => onDeadLetter(letter))
    } else if (events.length > 0) {
      this.log(refusal(events, path))
    }
  }

  problem(problem: Problem): void {
    const { onProblem } = this.handlers
    if (onProblem) {
      undisturbed(() => onProblem(problem))
      return
    }
    // Once, not at each try: an outage of an hour would fill the log.
    const key = JSON.stringify([problem.during, problem.kind, problem.sqlstate])
    if (key === this.said) return
    this.said = key
    this.log(complaint(problem))
  }

  recovered(recovery: Recovery): void {
    const { onRecovered } = this.handlers
    if (onRecovered) undisturbed(() => onRecovered(recovery))
    if (this.said === undefined) return
    this.said = undefined
    if (onRecovered) return
    const seconds = (recovery.outageMillis / 1_000).toFixed(1)
    this.log(
      `Telemetry events are written again, after ${counted(recovery.attempts, 'failure')} in ${seconds} s.`,
    )
  }

  log(line: string): void {
    undisturbed(() => {
      warn(this.logger, line)
    })
  }
}

function complaint({ during, kind, reason, queued }: Problem): string {
  const kept = `${counted(queued, 'event')} kept`
  switch (during) {
    case 'dead letters':
      return `Cannot keep telemetry events that the database refuses: ${reason}. ${kept}; tried again until there is room for them.`
    case 'queue':
      return `Cannot use the queue of telemetry events: ${reason}. ${kept}; tried again until it is put right.`
    case 'write':
      return `Cannot write telemetry events: ${reason}. ${kept}; ${NEXT[kind]}`
  }
}

const NEXT: Readonly<Record<Problem['kind'], string>> = {
  connection: 'tried again until the server answers.',
  transient: 'tried again until it succeeds.',
  setup: 'tried again until the database is put right.',
  'own key': 'tried again. Run: typeorm-resync apply',
  disk: 'tried again until it is put right.',
}

function refusal(events: readonly Refused[], path: string | null): string {
  const reasons = groupedBy(events, ({ error }) => loggableReason(error))
  const list = [...reasons].map(([reason, of]) => `${reason} (${String(of.length)})`).join(', ')
  const fate =
    path === null
      ? 'dropped, as no file keeps them. Set the option deadLetters'
      : `kept in "${path}"`
  return `The database refuses ${counted(events.length, 'telemetry event')}: ${list}. They are ${fate}.`
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`
}
