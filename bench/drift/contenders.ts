import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { DataSource } from 'typeorm'
import { guardDataSource, TelemetryWriter } from 'typeorm-resync'
import { ContentTypeDetectionTelemetry } from '../../src/entities/content-type-detection-telemetry'
import { ExtractionTelemetryV2 } from '../../src/entities/extraction-telemetry-v2'
import { HttpErrorSummary } from '../../src/entities/http-error-summary'

export const ENTITIES = [ExtractionTelemetryV2, HttpErrorSummary, ContentTypeDetectionTelemetry]

/** A way to write events, one writer's. */
export interface Writer {
  /** Writes, or takes charge of, one event; what it throws is that event's loss. */
  write(event: ReturnType<typeof newEvent>): Promise<unknown>
  close(): Promise<unknown>
}

/** What is compared. */
export interface Contender {
  readonly name: string
  readonly open: (url: string) => Promise<Writer>
}

/** One event, with an id of its own. */
export function newEvent(n: number) {
  return {
    eventUid: randomUUID(),
    operationId: `op-${String(n % 50)}`,
    articleId: `article-${String(n)}`,
    url: `https://news.example.com/articles/${String(n)}`,
    startTime: new Date(Date.UTC(2026, 10, 23) + n),
  }
}

const INSERT = `insert into extraction_telemetry_v2 (event_uid, operation_id, article_id, url, start_time) values ($1, $2, $3, $4, $5)`
const SETVAL = `select setval(pg_get_serial_sequence('extraction_telemetry_v2', 'id'), (select max(id) from extraction_telemetry_v2))`

/** A guard in the manner of the original: on any unique violation, an unlocked setval, then one more try. */
function original(afterRepair: 'drop' | 'retry, never committed' | 'retry'): Contender['open'] {
  return async (url) => {
    const client = new Client(url)
    client.on('error', () => undefined)
    await client.connect()
    return {
      async write({ eventUid, operationId, articleId, url: page, startTime }) {
        const values = [eventUid, operationId, articleId, page, startTime]
        try {
          await client.query('begin')
          await client.query(INSERT, values)
          await client.query('commit')
        } catch (error) {
          await client.query('rollback')
          if (afterRepair === 'drop') throw error
          await client.query(SETVAL)
          if (afterRepair === 'retry') {
            await client.query(INSERT, values)
            return
          }
          await client.query('begin')
          await client.query(INSERT, values)
          // The commit that follows belongs to the transaction that was rolled back.
          await client.query('rollback')
          await client.query('commit')
        }
      },
      close: () => client.end(),
    }
  }
}

async function guarded(url: string): Promise<Writer> {
  const dataSource = new DataSource({ type: 'postgres', url, entities: ENTITIES, poolSize: 1 })
  guardDataSource(dataSource, { onRepair: () => undefined })
  await dataSource.initialize()
  return {
    write: (event) => dataSource.getRepository(ExtractionTelemetryV2).insert(event),
    close: () => dataSource.destroy(),
  }
}

/** What it accepts is written later, so the loss of an event would show only in the table. */
async function telemetry(url: string): Promise<Writer> {
  const dataSource = new DataSource({ type: 'postgres', url, entities: ENTITIES, poolSize: 2 })
  await dataSource.initialize()
  // Small, so that most events are in the table when the sequence is set back after them.
  const writer = new TelemetryWriter(dataSource, { maxQueueSize: 1_000 })
  return {
    write: (event) => writer.record(event),
    async close() {
      await writer.shutdown({ timeoutMillis: 60_000 })
      await dataSource.destroy()
    },
  }
}

export const CONTENDERS: readonly Contender[] = [
  { name: 'the original as shipped: no resync', open: original('drop') },
  { name: 'the original, its flag forced', open: original('retry, never committed') },
  { name: 'the original, if its retry were committed', open: original('retry') },
  { name: 'guardDataSource + insert()', open: guarded },
  { name: 'TelemetryWriter', open: telemetry },
]
