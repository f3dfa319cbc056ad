import { InvalidEventError } from '../errors'
import type { AcceptedEvent, RowText } from './accepted-event'
import type { DeadLetter } from './dead-letters'

/**
 * Returns the event of a dead letter, as it was accepted.
 *
 * @throws {InvalidEventError} when it is no dead letter.
 */
export function eventOfLetter(letter: DeadLetter): AcceptedEvent {
  const { uid, event, detection } = letter as Partial<DeadLetter>
  if (typeof uid === 'string' && isRow(event) && (detection === undefined || isRow(detection))) {
    return { uid, row: event, ...(detection && { detection }) }
  }
  throw new InvalidEventError(
    'Cannot record this again: it is no dead letter, which has a uid and an event. The event was not accepted. Give it a line of the file, through JSON.parse().',
  )
}

function isRow(value: unknown): value is RowText {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
