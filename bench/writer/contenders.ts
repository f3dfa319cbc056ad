import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DataSource } from 'typeorm'
import { TelemetryWriter, type ExtractionEvent } from 'typeorm-resync'
import { ExtractionTelemetryV2 } from '../../src/entities/extraction-telemetry-v2'
import { copyIn, type CopyClient } from '../../src/tools/telemetry/batch/copy-in'

/** One way to write events. */
export interface Contender {
  readonly name: string
  /** How many events a round takes: enough for half a second or more. */
  readonly events: number
  readonly write: (dataSource: DataSource, events: readonly ExtractionEvent[]) => Promise<void>
}

const BATCH = 2_000
const PRODUCERS = 500

function* batches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}

/** A value as COPY reads it; each kind that events have. */
function rawText(value: unknown): string {
  if (value === null || value === undefined) return '\\N'
  const text =
    value instanceof Date
      ? value.toISOString()
      : typeof value === 'string'
        ? value
        : JSON.stringify(value)
  return text.replace(/[\\\t\n\r]/g, (found) => `\\${ESCAPES[found] ?? found}`)
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': 't', '\n': 'n', '\r': 'r' }

/** The bare minimum: no check, nothing that makes a retry safe, no summary, and a batch is lost with each failure. */
async function rawCopy(dataSource: DataSource, events: readonly ExtractionEvent[]): Promise<void> {
  const columns = dataSource
    .getMetadata(ExtractionTelemetryV2)
    .columns.filter(({ propertyName }) => !['id', 'createdAt', 'eventUid'].includes(propertyName))
  const names = ['event_uid', ...columns.map(({ databaseName }) => databaseName)]
  const properties = columns.map(({ propertyName }) => propertyName as keyof ExtractionEvent)
  const runner = dataSource.createQueryRunner()
  const client = (await runner.connect()) as CopyClient
  for (const batch of batches(events, BATCH)) {
    const lines = batch.map(
      (event) =>
        `${[randomUUID(), ...properties.map((property) => rawText(event[property]))].join('\t')}\n`,
    )
    await copyIn(client, 'extraction_telemetry_v2', names, lines)
  }
  await runner.release()
}

async function telemetryWriter(
  dataSource: DataSource,
  events: readonly ExtractionEvent[],
  spool?: string,
): Promise<void> {
  const writer = new TelemetryWriter(dataSource, { spool })
  const line = events.values()
  // As an application does: many producers, each of which goes on when its event is accepted.
  const produce = async () => {
    for (const event of line) await writer.record(event)
  }
  await Promise.all(Array.from({ length: PRODUCERS }, produce))
  await writer.shutdown({ timeoutMillis: 60_000 })
}

async function durably(dataSource: DataSource, events: readonly ExtractionEvent[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'spool-'))
  try {
    await telemetryWriter(dataSource, events, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What the others are compared with. */
export const SAVE = '`save()`, one at a time'
export const INSERT = '`insert()` of 500'
export const COPY = 'raw COPY of 2,000'

export const CONTENDERS: readonly Contender[] = [
  {
    name: SAVE,
    events: 1_000,
    async write(dataSource, events) {
      const repository = dataSource.getRepository(ExtractionTelemetryV2)
      for (const event of events) await repository.save(repository.create(event as never))
    },
  },
  {
    name: INSERT,
    events: 5_000,
    async write(dataSource, events) {
      const repository = dataSource.getRepository(ExtractionTelemetryV2)
      for (const batch of batches(events, 500)) await repository.insert([...batch] as never)
    },
  },
  { name: COPY, events: 30_000, write: rawCopy },
  { name: 'TelemetryWriter', events: 30_000, write: (ds, events) => telemetryWriter(ds, events) },
  { name: 'TelemetryWriter, with spool', events: 30_000, write: durably },
]
