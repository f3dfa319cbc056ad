import { randomUUID } from 'node:crypto'
import { metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { TelemetryWriter, type ExtractionEvent } from 'typeorm-resync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useDatabase } from '../support/database'
import { useTelemetry } from './scene'
import { until } from './support/until'

const database = useDatabase('incident')
const source = useTelemetry(database)

let exported: InMemoryMetricExporter
let meters: MeterProvider

beforeEach(() => {
  exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  meters = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 3_600_000 }),
    ],
  })
  metrics.setGlobalMeterProvider(meters)
})

afterEach(async () => {
  metrics.disable()
  await meters.shutdown()
})

/** Returns what was measured so far: sums as they are, of histograms how many values. */
async function measured(): Promise<Record<string, unknown>> {
  exported.reset()
  await meters.forceFlush()
  const found = exported
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: each }) => each))
    .filter(({ dataPoints }) => dataPoints.length > 0)
  return Object.fromEntries(
    found.map((metric) => [
      `${metric.descriptor.name} ${metric.descriptor.unit}`,
      metric.dataPointType === DataPointType.HISTOGRAM
        ? metric.dataPoints.map(({ attributes, value }) => ({ ...attributes, count: value.count }))
        : metric.dataPoints.map(({ attributes, value }) => ({ ...attributes, value })),
    ]),
  )
}

const QUEUE_SIZE = 'typeorm_resync.writer.queue.size {event}'
const TABLE = { 'db.system.name': 'postgresql', 'db.collection.name': '"extraction_telemetry_v2"' }

function events(outcome: string, value: number) {
  return { ...TABLE, 'typeorm_resync.outcome': outcome, value }
}

function extraction(more: Partial<ExtractionEvent> = {}): ExtractionEvent {
  const url = 'https://news.example.com/1'
  return { operationId: 'op', articleId: 'one', url, startTime: new Date(), ...more }
}

function newWriter(): TelemetryWriter {
  return new TelemetryWriter(source.current(), {
    scheduledDelayMillis: 5,
    initialBackoffMillis: 5,
    maxBackoffMillis: 20,
    onDeadLetter: () => undefined,
    onProblem: () => undefined,
  })
}

describe("OpenTelemetry's provider", () => {
  it('is told what became of each event, of each batch, and of what waits', async () => {
    const writer = newWriter()
    const eventUid = randomUUID()
    await Promise.all([
      writer.record(extraction({ eventUid })),
      writer.record(extraction()),
      writer.record(extraction({ url: 'a\0b' })),
    ])
    await writer.flush()
    await writer.record(extraction({ eventUid }))
    await expect(writer.record(extraction({ url: '' }))).rejects.toMatchObject({
      code: 'INVALID_EVENT',
    })
    await writer.flush()
    expect(await measured()).toEqual({
      'typeorm_resync.writer.events {event}': [
        events('written', 2),
        events('dead_lettered', 1),
        events('rejected', 1),
        events('already_there', 1),
      ],
      'typeorm_resync.writer.batch.duration s': [{ ...TABLE, count: 2 }],
      'typeorm_resync.writer.batch.size {event}': [{ ...TABLE, count: 2 }],
      [QUEUE_SIZE]: [{ ...TABLE, value: 0 }],
    })
    await writer.shutdown()
  })

  it('is told of tries that failed, and how many events wait meanwhile', async () => {
    await database.query('alter table extraction_telemetry_v2 rename to elsewhere')
    const writer = newWriter()
    await writer.record(extraction())
    const retries = 'typeorm_resync.writer.retries {retry}'
    await until(async () => retries in (await measured()))
    const waiting = await measured()
    await database.query('alter table elsewhere rename to extraction_telemetry_v2')
    await writer.shutdown()
    expect(waiting).toMatchObject({
      [retries]: [TABLE],
      [QUEUE_SIZE]: [{ ...TABLE, value: 1 }],
    })
  })

  it('is told also where it is set after the first event', async () => {
    metrics.disable()
    const writer = newWriter()
    await writer.record(extraction())
    await writer.flush()
    metrics.setGlobalMeterProvider(meters)
    await writer.record(extraction())
    await writer.flush()
    expect(await measured()).toMatchObject({
      'typeorm_resync.writer.events {event}': [events('written', 1)],
      [QUEUE_SIZE]: [{ ...TABLE, value: 0 }],
    })
    await writer.shutdown()
  })

  it('is not needed: where none is set, events are written', async () => {
    metrics.disable()
    const writer = newWriter()
    await writer.record(extraction())
    await writer.shutdown()
    expect(writer.stats()).toMatchObject({ accepted: 1, written: 1, queued: 0 })
    expect(await measured()).toEqual({})
  })
})
