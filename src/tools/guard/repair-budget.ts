const HOUR = 3_600_000

/** How often, and how soon again, one sequence may be repaired. */
export interface Limits {
  readonly cooldownMillis: number
  readonly maxRepairsPerHour: number
}

/** Whether a sequence may be repaired: now, after a wait, or not before a time. */
export type Permission =
  | { readonly kind: 'now' }
  | { readonly kind: 'wait'; readonly millis: number }
  | { readonly kind: 'open'; readonly until: number; readonly first: boolean }

/** Keeps account of the repairs of each sequence. */
export class RepairBudget {
  private readonly repairs = new Map<string, number[]>()
  private readonly said = new Set<string>()

  constructor(private readonly limits: Limits) {}

  /** Asks for a repair at `now`; `first` is true once each time that it is refused anew. */
  ask(sequence: string, now: number): Permission {
    const recent = (this.repairs.get(sequence) ?? []).filter((time) => now - time < HOUR)
    this.repairs.set(sequence, recent)
    const [oldest] = recent
    const last = recent.at(-1)
    if (oldest !== undefined && recent.length >= this.limits.maxRepairsPerHour) {
      const first = !this.said.has(sequence)
      this.said.add(sequence)
      return { kind: 'open', until: oldest + HOUR, first }
    }
    this.said.delete(sequence)
    const millis = last === undefined ? 0 : last + this.limits.cooldownMillis - now
    return millis > 0 ? { kind: 'wait', millis } : { kind: 'now' }
  }

  /** Notes that the sequence was repaired. */
  note(sequence: string, now: number): void {
    this.repairs.set(sequence, [...(this.repairs.get(sequence) ?? []), now])
  }
}
