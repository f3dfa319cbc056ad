import type { Hit, Moment } from './hit'
import { redactDetail, redactStatement } from './redact'

const HOUR = 3_600_000
/** More applications than this are counted as one: names come from clients. */
const MOST_NAMES = 1_000
/** A sample is no longer than this. */
const MOST_SAMPLE = 2_000

/** How many there were in an hour. */
export interface HourCount {
  /** Where the hour begins. */
  readonly hour: Moment
  readonly count: number
}

/** What is known of the latest hit of a constraint. */
export interface Sample {
  readonly detail: string | null
  readonly statement: string | null
}

/** What was counted of one constraint. */
export interface ConstraintCount {
  /** Null where the message names none. */
  readonly constraint: string | null
  readonly count: number
  readonly first: Moment | null
  readonly last: Moment | null
  /** By name; empty where the log does not name them. */
  readonly applications: Readonly<Record<string, number>>
  /** The hours in which there were some, in their order. */
  readonly hours: readonly HourCount[]
  readonly sample: Sample
}

interface Count {
  count: number
  first: Moment | null
  last: Moment | null
  latest: Hit
  readonly applications: Map<string, number>
  readonly hours: Map<number, { hour: Moment; count: number }>
}

/** Counts hits by constraint. */
export class Tally {
  private readonly counts = new Map<string | null, Count>()
  /** Hits without a time, which `since` cannot leave out. */
  private timeless = 0
  private readonly zones = new Set<string>()

  /** @param since - milliseconds since 1970; what is older does not count */
  constructor(private readonly since: number | undefined) {}

  add(hit: Hit): void {
    const { at } = hit
    if (at === null) this.timeless += 1
    else if (at.zone !== null) this.zones.add(at.zone)
    if (at !== null && this.since !== undefined && at.millis < this.since) return
    const count = this.counts.get(hit.constraint) ?? this.begin(hit)
    count.count += 1
    bump(count.applications, hit.application)
    if (at === null) {
      if (count.last === null) count.latest = hit
      return
    }
    if (count.first === null || at.millis < count.first.millis) count.first = at
    if (count.last === null || at.millis >= count.last.millis) {
      count.last = at
      count.latest = hit
    }
    const start = Math.floor(at.millis / HOUR) * HOUR
    const hour = count.hours.get(start)
    if (hour) hour.count += 1
    else count.hours.set(start, { hour: { millis: start, zone: at.zone }, count: 1 })
  }

  /** Returns what was counted, the most first. */
  constraints(showValues: boolean): ConstraintCount[] {
    return [...this.counts]
      .map(([constraint, { count, first, last, latest, applications, hours }]) => ({
        constraint,
        count,
        first,
        last,
        applications: Object.fromEntries([...applications].sort(([, a], [, b]) => b - a)),
        hours: [...hours.values()].sort((a, b) => a.hour.millis - b.hour.millis),
        sample: sampleOf(latest, showValues),
      }))
      .sort((a, b) => b.count - a.count || (a.constraint ?? '').localeCompare(b.constraint ?? ''))
  }

  /** Time zones whose offset is not known, and how many hits have no time. */
  unknowns(): { readonly zones: readonly string[]; readonly timeless: number } {
    return { zones: [...this.zones].sort(), timeless: this.timeless }
  }

  private begin(hit: Hit): Count {
    const count: Count = {
      count: 0,
      first: null,
      last: null,
      latest: hit,
      applications: new Map(),
      hours: new Map(),
    }
    this.counts.set(hit.constraint, count)
    return count
  }
}

function bump(counts: Map<string, number>, application: string | null): void {
  if (application === null) return
  // What a prefix has for a session that gave no name.
  const given = application === '[unknown]' ? '' : application
  const name = counts.has(given) || counts.size < MOST_NAMES ? given : '(others)'
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function sampleOf({ detail, statement }: Hit, showValues: boolean): Sample {
  const short = (text: string) =>
    text.length > MOST_SAMPLE ? `${text.slice(0, MOST_SAMPLE)}…` : text
  const shown = (text: string | null, redact: (text: string) => string) =>
    text === null ? null : short(showValues ? text : redact(text))
  return { detail: shown(detail, redactDetail), statement: shown(statement, redactStatement) }
}
