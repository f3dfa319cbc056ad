import type { Counter, Measurements } from './measurements'
import { undisturbed } from './undisturbed'

/** A writer's numbers. While no batch and no `record()` is under way, accepted = written + alreadyThere + deadLettered + queued. */
export interface WriterStats {
  /** Taken over: by `record()`, or left in the spool by an earlier run. */
  readonly accepted: number
  /** Refused by `record()`: invalid, no room, or no way to keep it. */
  readonly rejected: number
  /** Rows that this writer put into the table. */
  readonly written: number
  /** Found in the table by their uid: an earlier try had written them, or somebody recorded them twice. */
  readonly alreadyThere: number
  /** Refused by the database. */
  readonly deadLettered: number
  /** Accepted, and not settled yet. */
  readonly queued: number
  /** Records of the spool that could not be read. */
  readonly corrupt: number
}

/** Counts for `stats()`, and for whoever measures. */
export class Tally {
  accepted = 0
  readonly counts: Record<Counter, number> = {
    written: 0,
    alreadyThere: 0,
    deadLettered: 0,
    rejected: 0,
    retried: 0,
  }

  constructor(private readonly measurements: Measurements) {}

  add(counter: Counter, count: number): void {
    if (count === 0) return
    this.counts[counter] += count
    undisturbed(() => {
      this.measurements.add(counter, count)
    })
  }

  batch(seconds: number, events: number): void {
    undisturbed(() => {
      this.measurements.batch(seconds, events)
    })
  }

  /** How many events came to an end. */
  get settled(): number {
    const { written, alreadyThere, deadLettered } = this.counts
    return written + alreadyThere + deadLettered
  }
}
