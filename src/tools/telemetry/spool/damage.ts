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
