import { attributesOf, openTelemetry, OUTCOME, SCOPE } from '../open-telemetry'

/** What became of a duplicate key that a sequence may have caused. */
export type HealOutcome = 'repaired' | 'unchanged' | 'refused' | 'open'

/** What the guard counts and traces. */
export interface Measurements {
  /** Counts one violation, and what became of it. */
  count(outcome: HealOutcome, table: string): void
  /** Runs a repair in a span of its own, which says how it ended. */
  trace(table: string, work: () => Promise<HealOutcome>): Promise<HealOutcome>
}

const NONE: Measurements = { count: () => undefined, trace: (_, work) => work() }

/** Counts and traces through `@opentelemetry/api` where the application has it installed; else does nothing. */
export function openTelemetryMeasurements(): Measurements {
  const api = openTelemetry()
  if (!api) return NONE
  return {
    // Asked for each time, which is seldom: the application may set its MeterProvider after it guards the DataSource.
    count(outcome, table) {
      api.metrics
        .getMeter(SCOPE)
        .createCounter('typeorm_resync.guard.violations', {
          description: 'Duplicate keys on generated columns, by what became of them.',
          unit: '{violation}',
        })
        .add(1, {
          ...attributesOf(table),
          'db.response.status_code': '23505',
          [OUTCOME]: outcome,
        })
    },
    trace(table, work) {
      // INTERNAL, not CLIENT: its queries have client spans of their own where pg is instrumented.
      const options = { kind: api.SpanKind.INTERNAL, attributes: attributesOf(table) }
      return api.trace
        .getTracer(SCOPE)
        .startActiveSpan(`resync ${table}`, options, async (span) => {
          try {
            const outcome = await work()
            span.setAttribute(OUTCOME, outcome)
            if (outcome === 'refused') span.setStatus({ code: api.SpanStatusCode.ERROR })
            return outcome
          } catch (error) {
            span.setStatus({ code: api.SpanStatusCode.ERROR })
            span.setAttribute('error.type', error instanceof Error ? error.name : '_OTHER')
            throw error
          } finally {
            span.end()
          }
        })
    },
  }
}
