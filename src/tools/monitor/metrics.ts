import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Verdict } from '../sequences/verdict'
import type { Verification, VerifiedColumn } from '../sequences/verify'
import { ERROR_KINDS, type ErrorKind } from './error-kind'

const VERDICTS: readonly Verdict[] = ['ok', 'behind', 'unknown']
const COLUMN = ['schema', 'table', 'column'] as const

/** What checks found, for Prometheus. What the last check could not tell is absent: unknown is not ok. */
export class Metrics {
  /** The type of the text. */
  readonly type = Registry.PROMETHEUS_CONTENT_TYPE
  private readonly registry = new Registry()
  private readonly up = this.gauge('up', 'Whether the last check could be made.')
  private readonly lastCheck = this.gauge(
    'last_check_timestamp_seconds',
    'When the last check ended, whether it could be made or not.',
  )
  private readonly lastSuccess = this.gauge(
    'last_success_timestamp_seconds',
    'When the last check ended that could be made.',
  )
  private readonly columns = this.gauge(
    'columns',
    'Columns that a sequence feeds, by verdict. Absent while checks fail.',
    ['verdict'],
  )
  private readonly faults = this.gauge(
    'faults',
    'Structural faults of columns and their sequences. Absent while checks fail.',
  )
  private readonly missing = this.gauge(
    'missing_tables',
    'Tables that entities declare and the database does not have. Absent while checks fail.',
  )
  private readonly gap = this.gauge(
    'column_gap_values',
    'How many values a sequence is behind its column: the worst columns alone.',
    COLUMN,
  )
  private readonly headroom = this.gauge(
    'column_headroom_ratio',
    'The share of the range that a sequence has left: the lowest columns alone.',
    COLUMN,
  )
  private readonly errors = this.counter('check_errors_total', 'Failures, by kind.', ['kind'])
  private readonly skipped = this.counter(
    'checks_skipped_total',
    'Checks that were passed over because the one before was not done.',
  )
  private readonly duration = new Histogram({
    name: 'typeorm_resync_check_duration_seconds',
    help: 'How long checks took that could be made, connecting included.',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
    registers: [this.registry],
  })

  /** @param worst - how many columns have series of their own */
  constructor(private readonly worst: number) {
    for (const gauge of [this.lastCheck, this.lastSuccess]) gauge.remove()
    this.up.set(0)
    for (const kind of ERROR_KINDS) this.errors.inc({ kind }, 0)
    this.clear()
  }

  /** Takes in a check that could be made. */
  succeeded({ checkedAt, columns, missing }: Verification, seconds: number): void {
    this.clear()
    this.up.set(1)
    this.lastCheck.set(checkedAt.getTime() / 1000)
    this.lastSuccess.set(checkedAt.getTime() / 1000)
    this.duration.observe(seconds)
    for (const verdict of VERDICTS) {
      this.columns.set({ verdict }, columns.filter((column) => column.verdict === verdict).length)
    }
    this.faults.set(columns.reduce((sum, { faults }) => sum + faults.length, 0))
    this.missing.set(missing.length)
    for (const column of worstByGap(columns, this.worst)) {
      this.gap.set(labelsOf(column), Number(column.gap))
    }
    for (const column of worstByHeadroom(columns, this.worst)) {
      this.headroom.set(labelsOf(column), (column.headroom ?? 0) / 100)
    }
  }

  /** Takes in a check that could not be made. */
  failed(kind: ErrorKind, at: Date): void {
    this.clear()
    this.up.set(0)
    this.lastCheck.set(at.getTime() / 1000)
    this.errors.inc({ kind })
  }

  /** Counts a failure beside a check. */
  troubled(kind: ErrorKind): void {
    this.errors.inc({ kind })
  }

  /** Counts a check that was passed over. */
  passedOver(): void {
    this.skipped.inc()
  }

  /** Returns all in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics()
  }

  private clear(): void {
    for (const gauge of [this.columns, this.gap, this.headroom]) gauge.reset()
    for (const gauge of [this.faults, this.missing]) gauge.remove()
  }

  private gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
    const registers = [this.registry]
    return new Gauge({
      name: `typeorm_resync_${name}`,
      help,
      labelNames: [...labelNames],
      registers,
    })
  }

  private counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({
      name: `typeorm_resync_${name}`,
      help,
      labelNames,
      registers: [this.registry],
    })
  }
}

/** Returns the columns that are behind, the largest gap first; one that has no value left has no gap. */
function worstByGap(columns: readonly VerifiedColumn[], most: number): VerifiedColumn[] {
  return columns
    .filter(({ gap }) => gap !== null && gap > 0n)
    .sort((one, other) => ((one.gap ?? 0n) < (other.gap ?? 0n) ? 1 : -1))
    .slice(0, most)
}

function worstByHeadroom(columns: readonly VerifiedColumn[], most: number): VerifiedColumn[] {
  return columns
    .filter(({ headroom }) => headroom !== null)
    .sort((one, other) => (one.headroom ?? 0) - (other.headroom ?? 0))
    .slice(0, most)
}

function labelsOf({ schema, table, column }: VerifiedColumn) {
  return { schema, table, column }
}
