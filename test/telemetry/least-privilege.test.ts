import { randomBytes } from 'node:crypto'
import { TelemetryWriter } from 'typeorm-resync'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { useDatabase } from '../support/database'
import { warningsOnly } from '../support/warnings-only'
import { useTelemetry } from './scene'

const database = useDatabase('incident')
const source = useTelemetry(database)
const ROLE = `app_${randomBytes(4).toString('hex')}`
const PASSWORD = randomBytes(12).toString('hex')

/** What docs/rights.md names for the writer of extractions. */
const GRANTS = [
  'insert on extraction_telemetry_v2',
  'select (event_uid, host, http_status_code, http_error_type, start_time) on extraction_telemetry_v2',
  'usage on sequence extraction_telemetry_v2_id_seq',
  'insert on content_type_detection_telemetry',
  'usage on sequence content_type_detection_telemetry_id_seq',
  'select on http_error_summary',
  'insert on http_error_summary',
  'update on http_error_summary',
  'usage on sequence http_error_summary_id_seq',
]

beforeAll(() => database.query(`create role ${ROLE} login password '${PASSWORD}'`))
/** An event that was written before: only then are batches inserted with ON CONFLICT. */
const WRITTEN = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'

beforeEach(() =>
  database.query(`drop owned by ${ROLE}; truncate http_error_summary, extraction_telemetry_v2;
    insert into extraction_telemetry_v2 (event_uid, operation_id, article_id, url, start_time) values ('${WRITTEN}', '', '', '', now())`),
)
afterAll(() => database.query(`drop owned by ${ROLE}; drop role ${ROLE}`))

async function grant(grants: readonly string[]): Promise<void> {
  for (const right of grants) await database.query(`grant ${right} to ${ROLE}`)
}

/** Writes so many events as the role, and one that is there; returns the SQLSTATE of what held them up, or how many were written. */
async function write(count: number): Promise<unknown> {
  const dataSource = await source.open({
    url: database.urlFor(ROLE, PASSWORD),
    logger: warningsOnly([]),
  })
  let heldUp: string | null | undefined
  const writer = new TelemetryWriter(dataSource, {
    scheduledDelayMillis: 5,
    initialBackoffMillis: 60_000,
    onProblem: ({ sqlstate }) => {
      heldUp = sqlstate
      void writer.shutdown({ timeoutMillis: 0 }).catch(() => undefined)
    },
  })
  const record = (at: number) =>
    writer.record({
      eventUid: at === 0 ? WRITTEN : null,
      operationId: 'op',
      articleId: String(at),
      url: 'https://news.example.com/1',
      host: 'news.example.com',
      httpStatusCode: 503,
      startTime: new Date(),
      contentTypeDetection: { status: 'detected' },
    })
  await Promise.all(Array.from({ length: count + 1 }, (_, at) => record(at)))
  await writer.flush().catch(() => undefined)
  await writer.shutdown().catch(() => undefined)
  await dataSource.destroy()
  return heldUp ?? writer.stats().written
}

it('a writer of extractions needs these rights', async () => {
  await grant(GRANTS)
  expect(await write(3)).toBe(3)
})

it.each(GRANTS)('and not less: %s', async (right) => {
  await grant(GRANTS.filter((other) => other !== right))
  expect(await write(3)).toBe('42501')
})

it('a large batch is written also where the role may make no temporary table', async () => {
  await grant(GRANTS)
  await database.query(`revoke temporary on database ${database.name} from public`)
  expect(await write(1_500)).toBe(1_500)
})

it('a sequence that is behind is repaired with what the guard needs', async () => {
  await grant([
    ...GRANTS,
    'select (id) on extraction_telemetry_v2',
    'select on sequence extraction_telemetry_v2_id_seq',
  ])
  await database.query(`select setval('extraction_telemetry_v2_id_seq', 1, false)`)
  expect(await write(3)).toBe(3)
})
