import { Client } from 'pg'
import { DataSource } from 'typeorm'
import { ALEMBIC_TABLES } from '../../examples/incident/alembic-tables'
import { restoreEvents } from '../../examples/incident/events'
import { AdoptTelemetryTables1795392000000 } from '../../src/migrations/1795392000000-AdoptTelemetryTables'
import { IndexEventUid1795392000004 } from '../../src/migrations/1795392000004-IndexEventUid'
import { ENTITIES, newEvent, type Contender } from './contenders'

const WRITERS = 8
const RESTORED = 5_000

/** What became of the events. */
export interface Outcome {
  readonly events: number
  /** Rows in the table, and different events among them. */
  readonly rows: number
  readonly distinct: number
  readonly lost: number
  /** How many rows were there each time the sequence was set back. */
  readonly drifts: readonly number[]
  /** Of the lost ones, those that a writer reported. */
  readonly reported: number
  readonly seconds: number
}

/** The tables of production, just restored, with the index that makes an event's id unique. The sequence is behind from the start. */
export async function makeTables(url: string): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    entities: ENTITIES,
    migrations: [AdoptTelemetryTables1795392000000, IndexEventUid1795392000004],
    migrationsTransactionMode: 'each',
  })
  await dataSource.initialize()
  await dataSource.query(ALEMBIC_TABLES)
  await restoreEvents((sql, values) => dataSource.query(sql, values), RESTORED)
  await dataSource.runMigrations()
  await dataSource.destroy()
}

/** Lets 8 writers write `events` events, and sets the sequence back to 1 at a quarter, a half and three quarters of the way. */
export async function runDrift(
  url: string,
  contender: Contender,
  events: number,
): Promise<Outcome> {
  await makeTables(url)
  const admin = new Client(url)
  await admin.connect()
  const due = [0.25, 0.5, 0.75].map((share) => Math.floor(events * share))
  const drifts: number[] = []
  let begun = 0
  let reported = 0
  const start = performance.now()
  const write = async () => {
    const writer = await contender.open(url)
    while (begun < events) {
      const n = begun
      begun += 1
      if (due.includes(n)) {
        await admin.query(`select setval('extraction_telemetry_v2_id_seq', 1, false)`)
        drifts.push((await countRows(admin)).rows)
      }
      try {
        await writer.write(newEvent(n))
      } catch {
        reported += 1
      }
    }
    await writer.close()
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
  const seconds = (performance.now() - start) / 1000
  const counted = await countRows(admin)
  await admin.end()
  return { events, ...counted, lost: events - counted.distinct, drifts, reported, seconds }
}

async function countRows(client: Client): Promise<{ rows: number; distinct: number }> {
  const { rows } = await client.query<{ rows: number; distinct: number }>(
    `select count(*)::integer as rows, count(distinct event_uid)::integer as distinct from extraction_telemetry_v2 where event_uid is not null`,
  )
  return rows[0] ?? { rows: 0, distinct: 0 }
}
