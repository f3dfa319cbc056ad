import type { MeterProvider, ObservableResult } from '@opentelemetry/api'
import { attributesOf, openTelemetry, OUTCOME, SCOPE } from '../open-telemetry'
import { NO_MEASUREMENTS, type Counter, type Measurements } from './measurements'

/** What became of an event, as a metric's attribute says it. */
const OUTCOMES: Readonly<Record<Exclude<Counter, 'retried'>, string>> = {
  written: 'written',
  alreadyThere: 'already_there',
  deadLettered: 'dead_lettered',
  rejected: 'rejected',
}

/** In seconds, as the semantic conventions have them for db.client.operation.duration. */
const BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/**
 * Measures through `@opentelemetry/api` where the application has it installed; else does nothing.
 *
 * @param tableOf - returns the table that is written to, once the DataSource knows
 */
export function openTelemetryMeasurements(tableOf: () => string): Measurements {
  const api = openTelemetry()
  if (!api) return NO_MEASUREMENTS
  let provider: MeterProvider | undefined
  let made: ReturnType<typeof instruments> | undefined
  let readSize: (() => number) | undefined
  const observe = (result: ObservableResult) => {
    if (readSize) result.observe(readSize(), attributesOf(tableOf()))
  }
  const current = () => {
    const now = api.metrics.getMeterProvider()
    // The application may set its provider after the first event, and what was made of none measures nothing.
    if (made && provider === now) return made
    made?.queueSize.removeCallback(observe)
    provider = now
    made = instruments(now)
    made.queueSize.addCallback(observe)
    return made
  }
  return {
    add(counter, count) {
      const { events, retries } = current()
      const attributes = attributesOf(tableOf())
      if (counter === 'retried') retries.add(count, attributes)
      else events.add(count, { ...attributes, [OUTCOME]: OUTCOMES[counter] })
    },
    batch(seconds, events) {
      const { batchDuration, batchSize } = current()
      const attributes = attributesOf(tableOf())
      batchDuration.record(seconds, attributes)
      batchSize.record(events, attributes)
    },
    observeQueueSize(read) {
      readSize = read
      current()
      return () => {
        readSize = undefined
        made?.queueSize.removeCallback(observe)
      }
    },
  }
}

function instruments(provider: MeterProvider) {
  const meter = provider.getMeter(SCOPE)
  return {
    events: meter.createCounter('typeorm_resync.writer.events', {
      description: 'Telemetry events that came to an end, by what became of them.',
      unit: '{event}',
    }),
    retries: meter.createCounter('typeorm_resync.writer.retries', {
      description: 'Tries that failed and are made again.',
      unit: '{retry}',
    }),
    batchDuration: meter.createHistogram('typeorm_resync.writer.batch.duration', {
      description: 'How long it took to write a batch, or to find out which events are refused.',
      unit: 's',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    }),
    batchSize: meter.createHistogram('typeorm_resync.writer.batch.size', {
      description: 'Events of a batch that are written or refused.',
      unit: '{event}',
    }),
    queueSize: meter.createObservableUpDownCounter('typeorm_resync.writer.queue.size', {
      description: 'Telemetry events that are accepted and not settled.',
      unit: '{event}',
    }),
  }
}
