import { createRequire } from 'node:module'
import type * as OpenTelemetry from '@opentelemetry/api'

/** What became of a duplicate key that a sequence may have caused. */
export type HealOutcome = 'repaired' | 'unchanged' | 'refused' | 'open'

/** What the guard counts and traces. */
export interface Measurements {
  /** Counts one violation, and what became of it. */
  count(outcome: HealOutcome, table: string): void
  /** Runs a repair in a span of its own. */
  trace<T>(table: string, work: () => Promise<T>): Promise<T>
}

/** Names by OpenTelemetry's semantic conventions for database clients. */
function attributesOf(table: string) {
  return {
    'db.system.name': 'postgresql',
    'db.collection.name': table,
    'db.response.status_code': '23505',
  }
}

const NONE: Measurements = { count: () => undefined, trace: (_, work) => work() }

/** Counts and traces through `@opentelemetry/api` where the application has it installed; else does nothing. */
export function openTelemetryMeasurements(): Measurements {
  const api = openTelemetry()
  if (!api) return NONE
  const tracer = api.trace.getTracer('typeorm-resync')
  const healed = api.metrics
    .getMeter('typeorm-resync')
    .createCounter('typeorm_resync.guard.violations', {
      description: 'Duplicate keys on generated columns, by what became of them.',
      unit: '{violation}',
    })
  return {
    count(outcome, table) {
      healed.add(1, { ...attributesOf(table), 'typeorm_resync.outcome': outcome })
    },
    trace(table, work) {
      const options = {
        kind: api.SpanKind.CLIENT,
        attributes: { ...attributesOf(table), 'db.operation.name': 'resync' },
      }
      return tracer.startActiveSpan(`resync ${table}`, options, async (span) => {
        try {
          return await work()
        } catch (error) {
          span.setStatus({ code: api.SpanStatusCode.ERROR })
          span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
          throw error
        } finally {
          span.end()
        }
      })
    },
  }
}

/** An optional peer: not every application measures. */
function openTelemetry(): typeof OpenTelemetry | undefined {
  try {
    return createRequire(__filename)('@opentelemetry/api') as typeof OpenTelemetry
  } catch {
    return undefined
  }
}
