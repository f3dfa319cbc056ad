import { describe, expect, it } from 'vitest'
import { DataSource } from 'typeorm'
import { insertEvent } from '../../examples/incident/events'
import { ContentTypeDetectionTelemetry } from '../../src/entities/content-type-detection-telemetry'
import { ExtractionTelemetryV2 } from '../../src/entities/extraction-telemetry-v2'
import { HttpErrorSummary } from '../../src/entities/http-error-summary'
import { resync } from '../support/cli'
import { useDatabase, type TestDatabase } from '../support/database'
import { EVENTS } from '../support/global-setup'
import { npm } from '../support/run'

const ENTITIES = [ExtractionTelemetryV2, HttpErrorSummary, ContentTypeDetectionTelemetry]

const TABLES = ['content_type_detection_telemetry', 'extraction_telemetry_v2', 'http_error_summary']

const COLUMNS = `select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
  where table_schema = 'public' and table_name = any ($1) and column_name <> 'event_uid' order by 1, 2`

function columns(database: TestDatabase): Promise<unknown[]> {
  return database.query(COLUMNS, [TABLES])
}

/** A digest of every row, without the column that is added. */
async function digests(database: TestDatabase): Promise<unknown[]> {
  const found: unknown[] = []
  for (const table of TABLES) {
    found.push(
      await database.query(
        `select count(*)::integer as rows, md5(string_agg((to_jsonb(t) - 'event_uid')::text, ',' order by id)) as digest from ${table} t`,
      ),
    )
  }
  return found
}

describe('on an empty database', () => {
  const database = useDatabase()

  it('migration:run makes the tables, whose first id is 1, as the entities describe them', async () => {
    const ran = await npm('migration:run', [], { env: { DATABASE_URL: database.url } })
    expect(ran).toMatchObject({ exitCode: 0, err: '' })
    expect((await resync(['verify', '--url', database.url])).exitCode).toBe(0)
    const source = new DataSource({
      type: 'postgres',
      url: database.url,
      entities: ENTITIES,
    })
    await source.initialize()
    // They are not synchronised; for this look they are.
    for (const metadata of source.entityMetadatas) metadata.synchronize = true
    const { upQueries } = await source.driver.createSchemaBuilder().log()
    expect(upQueries.map(({ query }) => query)).toEqual([])
    const event = {
      operationId: 'o',
      articleId: 'a',
      url: 'u',
      startTime: new Date(),
      methodTimings: { newspaper: 12.5 },
      extractedFields: { title: 'T' },
    }
    const repository = source.getRepository(ExtractionTelemetryV2)
    const { identifiers } = await repository.insert(event)
    expect(identifiers).toEqual([{ id: 1 }])
    expect(await repository.findOneByOrFail({ id: 1 })).toMatchObject({
      methodTimings: { newspaper: 12.5 },
      extractedFields: { title: 'T' },
      eventUid: null,
    })
    await source.destroy()
  })
})

describe('on the tables as production has them, just restored', () => {
  const database = useDatabase('incident')
  const query = (sql: string, values?: unknown[]) => database.query(sql, values)
  let columnsBefore: unknown
  let rowsBefore: unknown

  it('the next insert fails with 23505, and verify says behind', async () => {
    columnsBefore = await columns(database)
    rowsBefore = await digests(database)
    expect(await insertEvent(query, 1)).toBe(false)
    const { exitCode, out } = await resync(['verify', '--url', database.url])
    expect(exitCode).toBe(1)
    expect(out).toContain('3 columns: 0 ok, 3 behind, 0 unknown.')
  })

  it('migration:run changes no row and no existing column, and verify exits 0', async () => {
    expect((await npm('migration:run', [], { env: { DATABASE_URL: database.url } })).exitCode).toBe(
      0,
    )
    expect(await columns(database)).toEqual(columnsBefore)
    expect(await digests(database)).toEqual(rowsBefore)
    expect((await resync(['verify', '--url', database.url])).exitCode).toBe(0)
  })

  it('adds event_uid, nullable and unique', async () => {
    expect(
      await database.query(
        `select data_type, is_nullable from information_schema.columns where column_name = 'event_uid'`,
      ),
    ).toEqual([{ data_type: 'uuid', is_nullable: 'YES' }])
    expect(
      await database.query(
        `select indisunique, indisvalid from pg_index where indexrelid = 'extraction_telemetry_v2_event_uid_key'::regclass`,
      ),
    ).toEqual([{ indisunique: true, indisvalid: true }])
  })

  it('the next insert of each table gets max(id) + 1', async () => {
    expect(await insertEvent(query, 1)).toBe(true)
    expect(await database.query('select max(id) from extraction_telemetry_v2')).toEqual([
      { max: EVENTS + 1 },
    ])
    expect(
      await database.query(
        `insert into http_error_summary (host, status_code, first_seen, last_seen) values ('h', 500, now(), now()) returning id`,
      ),
    ).toEqual([{ id: EVENTS / 50 + 1 }])
  })

  it('gives TypeORM nothing to correct in tables that another project made', async () => {
    const source = await new DataSource({
      type: 'postgres',
      url: database.url,
      entities: ENTITIES,
    }).initialize()
    const { upQueries } = await source.driver.createSchemaBuilder().log()
    expect(upQueries.map(({ query }) => query)).toEqual([])
    await source.destroy()
  })

  it('migration:show lists them as run, and a second run does nothing', async () => {
    const env = { DATABASE_URL: database.url }
    expect((await npm('migration:show', [], { env })).out.match(/\[X\]/g)).toHaveLength(5)
    expect((await npm('migration:run', [], { env })).out).toContain('No migrations are pending')
  })

  it('migration:revert changes nothing', async () => {
    const rows = await digests(database)
    const state = () =>
      database.query('select last_value, is_called from extraction_telemetry_v2_id_seq')
    const before = await state()
    for (let times = 0; times < 5; times += 1)
      expect(
        (await npm('migration:revert', [], { env: { DATABASE_URL: database.url } })).exitCode,
      ).toBe(0)
    expect(await digests(database)).toEqual(rows)
    expect(await state()).toEqual(before)
  })

  it.each(['all', 'each', 'none'])('runs again in transaction mode %s', async (mode) => {
    await database.query(`delete from migrations; insert into extraction_telemetry_v2 (id, operation_id, article_id, url, start_time)
      select max(id) + 500, 'o', 'a', 'u', now() from extraction_telemetry_v2`)
    const ran = await npm('migration:run', ['--transaction', mode], {
      env: { DATABASE_URL: database.url },
    })
    expect(ran.exitCode).toBe(0)
    expect((await resync(['verify', '--url', database.url])).exitCode).toBe(0)
  })
})

describe('with the index made beforehand, without blocking', () => {
  const database = useDatabase('incident')

  it('finds the column and the index, and leaves them', async () => {
    await database.query('alter table extraction_telemetry_v2 add column event_uid uuid')
    await database.query(
      'create unique index concurrently extraction_telemetry_v2_event_uid_key on extraction_telemetry_v2 (event_uid)',
    )
    const node = () =>
      database.query(
        `select relfilenode from pg_class where relname = 'extraction_telemetry_v2_event_uid_key'`,
      )
    const before = await node()
    expect((await npm('migration:run', [], { env: { DATABASE_URL: database.url } })).exitCode).toBe(
      0,
    )
    expect(await node()).toEqual(before)
  })

  it('says so when the index could not be built, rather than take it for good', async () => {
    await database.query(
      `delete from migrations; update pg_index set indisvalid = false where indexrelid = 'extraction_telemetry_v2_event_uid_key'::regclass`,
    )
    const ran = await npm('migration:run', [], { env: { DATABASE_URL: database.url } })
    expect(ran.exitCode).toBe(1)
    expect(ran.err + ran.out).toContain(
      'Index extraction_telemetry_v2_event_uid_key is invalid: building it concurrently did not succeed. Nothing was changed.',
    )
  })
})
