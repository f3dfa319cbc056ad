import { DataSource } from 'typeorm'
import { ExtractionTelemetryV2, HttpErrorSummary, TelemetryWriter } from 'typeorm-resync'
import { describe, expect, it } from 'vitest'
import { useDatabase } from '../support/database'
import { useTelemetry } from './scene'
import { until } from './support/until'

const database = useDatabase('incident')
const source = useTelemetry(database)

const EVENT = { operationId: 'op', articleId: 'one', url: 'https://a', startTime: new Date() }

describe('a writer made of', () => {
  it('no DataSource says so at once', () => {
    const message =
      'Cannot make a TelemetryWriter: the first argument is not a DataSource. Nothing was changed. Call: new TelemetryWriter(dataSource, options)'
    for (const given of [undefined, null, 'url', { spool: 'spool' }]) {
      expect(() => new TelemetryWriter(given as never)).toThrow(
        expect.objectContaining({ code: 'USAGE', message }),
      )
    }
  })

  it('another database says so at once', () => {
    const dataSource = source.current()
    const other = Object.create(dataSource, { options: { value: { type: 'mysql' } } }) as DataSource
    expect(() => new TelemetryWriter(other)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_DATABASE' }),
    )
  })

  it.each([[{}], [{ spool: '/nowhere' }]])(
    'a DataSource that is not initialised says so at the first event, with options %o',
    async (options) => {
      const entities = [ExtractionTelemetryV2]
      const dataSource = new DataSource({ type: 'postgres', url: database.url, entities })
      const writer = new TelemetryWriter(dataSource, options)
      const message =
        'Cannot write telemetry events through a DataSource that is not initialised. Nothing was written. Call: await dataSource.initialize()'
      await expect(writer.record(EVENT)).rejects.toMatchObject({ code: 'USAGE', message })
      await expect(writer.flush()).rejects.toMatchObject({ message })
    },
  )

  it('a DataSource without the entity names it, and what is near', async () => {
    const dataSource = await source.open({ entities: [HttpErrorSummary] })
    await expect(new TelemetryWriter(dataSource).record(EVENT)).rejects.toMatchObject({
      code: 'UNKNOWN_ENTITY',
      message:
        "Cannot write telemetry events: the DataSource does not know the entity ExtractionTelemetryV2. Nearest: HttpErrorSummary. Nothing was written. Add it to the DataSource's entities.",
    })
    const named = new TelemetryWriter(dataSource, { entity: 'HttpErrors', eventId: 'id' })
    await expect(named.record(EVENT)).rejects.toMatchObject({
      message:
        'Cannot write telemetry events: the DataSource does not know the entity "HttpErrors". Nearest: HttpErrorSummary. Nothing was written. Add it to the DataSource\'s entities.',
    })
  })
})

describe('a table without its unique index', () => {
  it('holds the events up, and the log says what to run', async () => {
    await database.query('drop index extraction_telemetry_v2_event_uid_key')
    const lines: string[] = []
    const writer = new TelemetryWriter(source.current(), {
      scheduledDelayMillis: 5,
      maxBackoffMillis: 20,
      onProblem: ({ reason, kind, sqlstate }) =>
        lines.push(`${kind} ${String(sqlstate)} ${reason}`),
    })
    await writer.record(EVENT)
    await until(() => lines.length > 0)
    expect(lines[0]).toBe(
      'setup 42P10 there is no unique index on "extraction_telemetry_v2" ("event_uid"), or not the one of "http_error_summary", by which an event that is tried again is written once. Run the migration IndexEventUid, or: create unique index concurrently on "extraction_telemetry_v2" ("event_uid")',
    )
    const [, command = ''] = lines[0]?.split(', or: ') ?? []
    await database.query(command)
    await writer.shutdown()
    expect(writer.stats()).toMatchObject({ accepted: 1, written: 1 })
  })
})
