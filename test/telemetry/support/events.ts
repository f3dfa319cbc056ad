import type { AcceptedEvent } from '../../../src/tools/telemetry/accepted-event'

/** Returns events whose ids are numbers from `from` on. */
export function events(count: number, from = 0): AcceptedEvent[] {
  return Array.from({ length: count }, (_, index) => event(from + index))
}

export function event(number: number): AcceptedEvent {
  return { uid: String(number), row: { text: `line\n"quoted" é ${String(number)}`, none: null } }
}

export function uids(taken: readonly AcceptedEvent[]): number[] {
  return taken.map(({ uid }) => Number(uid))
}
