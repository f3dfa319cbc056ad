import type { Segment } from './segment'

/** Events that a spool held and that cannot be read any more. */
export interface Corruption {
  /** How many. */
  readonly events: number
  /** The file that held them. */
  readonly file: string
  /** False where they may be the last that a process wrote as it ended, which it had not acknowledged. */
  readonly certain: boolean
}

/** Is told of damage as it is found. */
export interface DamageReport {
  /** Events are missing; `known` are those that were counted as being there. */
  lost(corruption: Corruption, known: boolean): void
  /** Events that were counted as being there were settled before. */
  skipped(events: number): void
  /** Bytes of a segment that are no record; a copy, to be kept. */
  unreadable(segment: Segment, bytes: Buffer): void
}

/** Returns a sentence that says what is lost, for the log. */
export function explainCorruption({ events, file, certain }: Corruption): string {
  const lost = `${String(events)} telemetry ${events === 1 ? 'event' : 'events'}`
  return certain
    ? `Cannot read ${lost} of the spool: the bytes in "${file}" are damaged. All others are written. Check the disk.`
    : `Cannot read ${lost} of the spool: the last bytes in "${file}" are damaged, and were perhaps never accepted, as the process ended while it wrote them. All others are written.`
}
