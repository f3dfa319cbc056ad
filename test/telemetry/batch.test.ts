import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ContentTypeDetectionTelemetry } from '../../src/entities/content-type-detection-telemetry'
import { ExtractionTelemetryV2 } from '../../src/entities/extraction-telemetry-v2'
import type { AcceptedEvent } from '../../src/tools/telemetry/accepted-event'
import { createAcceptor } from '../../src/tools/telemetry/accept/acceptor'
import type { ExtractionEvent } from '../../src/tools/telemetry/accept/event'
import { batchWriter } from '../../src/tools/telemetry/batch/batch-writer'
import { benchEvent } from '../../bench/writer/events'
import { useDatabase } from '../support/database'
import { HOSTILE_TEXTS, HostileEvent } from './hostile-event'
import { useTelemetry } from './scene'

const database = useDatabase('incident')
const telemetry = useTelemetry(database)

/** Each way to write a batch. */
const WAYS = [
  ['unnest', { copies: false, stageFrom: Infinity }],
  ['COPY and a temporary table', { copies: false, stageFrom: 1 }],
  ['COPY', {}],
] as const

const accept = (event: ExtractionEvent) =>
  createAcceptor(telemetry.current(), ExtractionTelemetryV2, 'eventUid')(event)

const writer = (options: object = {}) =>
  batchWriter(telemetry.current(), ExtractionTelemetryV2, 'eventUid', options)

const EVENT = {
  operationId: 'o',
  articleId: 'a',
  url: 'u',
  startTime: new Date('2026-11-01T10:20:30.456Z'),
}

/** The rows of some events, as the database has them, without what it gives itself. */
async function rows(uids: readonly string[]): Promise<unknown[]> {
  return database.query(
    `select to_jsonb(t) - '{id,event_uid,created_at}'::text[] as row from extraction_telemetry_v2 t where event_uid = any ($1::uuid[]) order by id`,
    [uids],
  )
}

async function count(table: string): Promise<unknown> {
  return (await database.query(`select count(*)::integer as count from ${table}`))[0]?.count
}

async function summary(host: string): Promise<unknown[]> {
  return database.query(
    `select status_code as status, error_type as error, count, first_seen::text as first, last_seen::text as last
       from http_error_summary where host = $1 order by 1`,
    [host],
  )
}

const names = (events: readonly AcceptedEvent[]) => events.map(({ uid }) => uid)

describe.each(WAYS)('a batch written by %s', (_, way) => {
  it('holds the same in every column as save() stores', async () => {
    const events: ExtractionEvent[] = [
      EVENT,
      ...Array.from({ length: 20 }, (_, n) => benchEvent(n)),
      ...HOSTILE_TEXTS.map((text) => ({
        ...EVENT,
        publisher: text,
        errorMessage: text,
        extractedFields: { [text]: text },
        methodsAttempted: [text],
      })),
      { ...EVENT, totalDurationMs: 0.1, responseTimeMs: 3e38, proxyUsed: false, endTime: null },
    ]
    const saved: string[] = []
    for (const event of events) {
      const eventUid = randomUUID()
      await telemetry
        .current()
        .getRepository(ExtractionTelemetryV2)
        .save({ ...event, eventUid } as ExtractionTelemetryV2)
      saved.push(eventUid)
    }
    const accepted = events.map(accept)
    expect(await writer(way)(telemetry.runner(), accepted)).toEqual({ inserted: events.length })
    expect(await rows(names(accepted))).toEqual(await rows(saved))
  })

  it('is written once, however often it is given, and counts once', async () => {
    const host = `${_}.once.example`
    const event = (status: number, second: number): ExtractionEvent => ({
      ...EVENT,
      host,
      httpStatusCode: status,
      httpErrorType: status === 503 ? 'unavailable' : null,
      startTime: new Date(2026, 10, 1, 12, 0, second),
      contentTypeDetection: { status: 'detected' },
    })
    const first = [event(503, 5), event(503, 2), event(404, 3), event(200, 4)].map(accept)
    const write = writer(way)
    const detections = await count('content_type_detection_telemetry')
    expect(await write(telemetry.runner(), [...first, ...first])).toEqual({ inserted: 4 })
    const once = [
      {
        status: 404,
        error: null,
        count: 1,
        first: '2026-11-01 12:00:03',
        last: '2026-11-01 12:00:03',
      },
      {
        status: 503,
        error: 'unavailable',
        count: 2,
        first: '2026-11-01 12:00:02',
        last: '2026-11-01 12:00:05',
      },
    ]
    expect(await summary(host)).toEqual(once)
    expect(await write(telemetry.runner(), first)).toEqual({ inserted: 0 })
    expect(await writer(way)(telemetry.runner(), first)).toEqual({ inserted: 0 })
    expect(await summary(host)).toEqual(once)
    const second = [event(503, 1), event(503, 9), event(500, 6)].map(accept)
    expect(await write(telemetry.runner(), [...first, ...second])).toEqual({ inserted: 3 })
    expect(await summary(host)).toEqual([
      once[0],
      {
        status: 500,
        error: null,
        count: 1,
        first: '2026-11-01 12:00:06',
        last: '2026-11-01 12:00:06',
      },
      {
        status: 503,
        error: 'unavailable',
        count: 4,
        first: '2026-11-01 12:00:01',
        last: '2026-11-01 12:00:09',
      },
    ])
    expect(await count('content_type_detection_telemetry')).toBe(Number(detections) + 7)
  })

  it('summarises errors of a host alone, and draws no id for a summary that is there', async () => {
    const host = `${_}.known.example`
    const failed = () => accept({ ...EVENT, host, httpStatusCode: 503 })
    const write = writer(way)
    await write(telemetry.runner(), [failed()])
    const last = () => database.query('select last_value from http_error_summary_id_seq')
    const before = [await last(), await count('http_error_summary')]
    await write(telemetry.runner(), [
      failed(),
      accept({ ...EVENT, host: null, httpStatusCode: 503 }),
      accept({ ...EVENT, host: '', httpStatusCode: 503 }),
      accept({ ...EVENT, host, httpStatusCode: 399 }),
      accept({ ...EVENT, host, httpStatusCode: null }),
    ])
    expect([await last(), await count('http_error_summary')]).toEqual(before)
    expect(await summary(host)).toMatchObject([{ status: 503, count: 2 }])
  })

  it("stores a detection as save() does, what it left out being the extraction's", async () => {
    const event = accept({
      ...EVENT,
      articleId: `${_} article`,
      publisher: 'P',
      host: 'h',
      contentTypeDetection: {
        status: 'detected',
        confidenceScore: 0.25,
        publisher: null,
        evidence: { path: '\t"\\N"' },
        createdAt: new Date(2026, 0, 2),
      },
    })
    await writer(way)(telemetry.runner(), [event, accept({ ...EVENT, contentTypeDetection: null })])
    expect(
      await telemetry
        .current()
        .getRepository(ContentTypeDetectionTelemetry)
        .findBy({ articleId: `${_} article` }),
    ).toMatchObject([
      {
        operationId: 'o',
        url: 'u',
        publisher: null,
        host: 'h',
        status: 'detected',
        confidence: null,
        confidenceScore: 0.25,
        evidence: { path: '\t"\\N"' },
        detectedAt: EVENT.startTime,
        createdAt: new Date(2026, 0, 2),
      },
    ])
  })

  it('keeps the order of the events, and the default of what some leave out', async () => {
    const createdAt = new Date('2020-02-03T04:05:06.789Z')
    const events = [
      accept({ ...EVENT, createdAt }),
      accept({ ...EVENT, articleId: 'b' }),
      accept({ ...EVENT, createdAt }),
    ]
    await writer(way)(telemetry.runner(), events)
    const stored = await telemetry
      .current()
      .getRepository(ExtractionTelemetryV2)
      .find({
        where: events.map(({ uid }) => ({ eventUid: uid })),
        order: { createdAt: 'asc', id: 'asc' },
      })
    expect(stored.map((row) => row.eventUid)).toEqual([0, 2, 1].map((n) => events[n]?.uid))
    expect(stored.map((row) => row.createdAt.getTime() === createdAt.getTime())).toEqual([
      true,
      true,
      false,
    ])
    const many = Array.from({ length: 50 }, (_, n) => accept({ ...EVENT, articleId: String(n) }))
    await writer(way)(telemetry.runner(), many)
    expect(
      (await rows(names(many))).map(
        (found) => (found as { row: { article_id: string } }).row.article_id,
      ),
    ).toEqual(many.map((_, n) => String(n)))
  })

  it('of another entity has the same in every column as save() stores', async () => {
    const source = telemetry.current()
    const repository = source.getRepository(HostileEvent)
    const given = [
      { required: 1 },
      ...HOSTILE_TEXTS.map((text) => ({
        required: 2,
        word: text,
        tags: [text, 'x', text],
        data: { text },
        list: [text],
        place: { city: text },
      })),
      {
        required: 3,
        note: null,
        tags: [],
        counts: [1, 2],
        shares: [0.5, null, -1],
        data: null,
        transformed: 4,
      },
      {
        required: 4,
        bytes: Buffer.from([0, 92, 255, 39]),
        big: '9007199254740993',
        price: '12.345',
      },
      {
        required: 5,
        level: "hi'gh",
        at: new Date(5e11),
        local: new Date(5e11),
        day: new Date(5e11),
        code: 'ab   ',
        letters: 'x',
      },
      {
        required: 6,
        data: [1, 'two', { three: null }],
        place: { city: null, postCode: 'AB1' },
        transformed: null,
      },
    ]
    const saved: string[] = []
    for (const event of given) {
      const uid = randomUUID()
      await repository.save(repository.create({ ...event, uid } as object))
      saved.push(uid)
    }
    const acceptor = createAcceptor(source, HostileEvent, 'uid')
    const events = given.map((event) => acceptor(event))
    const write = batchWriter(source, HostileEvent, 'uid', way)
    expect(await write(telemetry.runner(), events)).toEqual({ inserted: given.length })
    expect(await write(telemetry.runner(), events)).toEqual({ inserted: 0 })
    const stored = (uids: readonly string[]) =>
      database.query(
        `select to_jsonb(t) - '{id,Uid,createdAt}'::text[] as row from "Sales EU"."Odd Event; s" t
          join unnest($1::text[]) with ordinality o(uid, n) on t."Uid" = o.uid order by n`,
        [uids],
      )
    expect(await stored(names(events))).toEqual(await stored(saved))
  })

  it('with a row that the table refuses is not written, and the connection goes on', async () => {
    const runner = telemetry.runner()
    const before = await count('extraction_telemetry_v2')
    const good = Array.from({ length: 20 }, () => accept(EVENT))
    const bad = accept({ ...EVENT, publisher: 'nul \0' })
    await expect(writer(way)(runner, [...good, bad, ...good])).rejects.toMatchObject({
      code: '22021',
    })
    expect(await count('extraction_telemetry_v2')).toBe(before)
    expect(await runner.query('select 1 as one')).toEqual([{ one: 1 }])
    expect(await writer(way)(runner, good)).toEqual({ inserted: 20 })
    const long = accept(EVENT)
    const row = { ...long.row, http_status_code: '99999999999' }
    await expect(writer(way)(runner, [...good, { ...long, row }])).rejects.toMatchObject({
      code: '22003',
    })
    expect(await runner.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  it('refuses a text that is too long, where a cast would cut it', async () => {
    const write = batchWriter(telemetry.current(), HostileEvent, 'uid', way)
    const event = (column: string, text: string) => {
      const uid = randomUUID()
      return { uid, row: { Uid: uid, required: '1', [column]: text } }
    }
    await expect(write(telemetry.runner(), [event('code', 'abcdef')])).rejects.toMatchObject({
      code: '22001',
    })
    await expect(write(telemetry.runner(), [event('letters', 'abcd')])).rejects.toMatchObject({
      code: '22001',
    })
  })
})
