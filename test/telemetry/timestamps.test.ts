import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { defaults } from 'pg'
import { ExtractionTelemetryV2 } from '../../src/entities/extraction-telemetry-v2'
import { createAcceptor } from '../../src/tools/telemetry/accept/acceptor'
import { batchWriter } from '../../src/tools/telemetry/batch/batch-writer'
import { useDatabase } from '../support/database'
import { HostileEvent } from './hostile-event'
import { useTelemetry } from './scene'

const database = useDatabase('incident')
const telemetry = useTelemetry(database)
const zone = process.env.TZ

afterAll(() => {
  process.env.TZ = zone
})

/** Around both changes of the clocks in New York, and where a year needs care. */
const DATES = [
  '2026-03-08T06:59:59.999Z',
  '2026-03-08T07:00:00.000Z',
  '2026-11-01T05:30:00.001Z',
  '2026-11-01T07:00:00.010Z',
  '2026-07-01T00:00:00.100Z',
  '1969-12-31T23:59:59.999Z',
  '0099-06-01T12:00:00.000Z',
  '-000100-06-01T12:00:00.000Z',
  '+012026-06-01T12:00:00.000Z',
].map((text) => new Date(text))

async function stored(uids: readonly string[]): Promise<unknown[]> {
  return database.query(
    `select start_time::text as start, end_time::text as "end" from extraction_telemetry_v2 where event_uid = any ($1::uuid[]) order by id`,
    [uids],
  )
}

describe.each(['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'])(
  'in %s',
  (name) => {
    it('a time is stored as save() stores it, and read back the same', async () => {
      process.env.TZ = name
      const source = telemetry.current()
      const repository = source.getRepository(ExtractionTelemetryV2)
      const accept = createAcceptor(source, ExtractionTelemetryV2, 'eventUid')
      const events = DATES.map((date) => ({
        operationId: 'o',
        articleId: 'a',
        url: 'u',
        startTime: date,
        endTime: date,
      }))
      const saved: string[] = []
      for (const event of events) {
        const eventUid = randomUUID()
        await repository.save({ ...event, eventUid } as ExtractionTelemetryV2)
        saved.push(eventUid)
      }
      const accepted = events.map(accept)
      await batchWriter(source, ExtractionTelemetryV2, 'eventUid', {})(telemetry.runner(), accepted)
      const uids = accepted.map(({ uid }) => uid)
      expect(await stored(uids)).toEqual(await stored(saved))
      const found = await repository.find({
        where: uids.map((eventUid) => ({ eventUid })),
        order: { id: 'asc' },
      })
      // pg's parser cannot read the years before ours and after 9999 back from every zone.
      expect(found.slice(0, 6).map(({ startTime }) => startTime)).toEqual(DATES.slice(0, 6))
    })

    it('a time with its zone is the same moment', async () => {
      process.env.TZ = name
      const source = telemetry.current()
      const accept = createAcceptor(source, HostileEvent, 'uid')
      // An hour that comes twice included.
      const dates = [...DATES.slice(0, 6), new Date('2026-11-01T06:30:00.000Z')]
      const events = dates.map((at) => accept({ required: 1, at }))
      await batchWriter(source, HostileEvent, 'uid')(telemetry.runner(), events)
      const found = await source.getRepository(HostileEvent).find({
        where: events.map(({ uid }) => ({ uid })),
        order: { id: 'asc' },
      })
      expect(found.map(({ at }) => at)).toEqual(dates)
    })
  },
)

it('a time is written as UTC where pg is told to', () => {
  process.env.TZ = 'America/New_York'
  const accept = createAcceptor(telemetry.current(), ExtractionTelemetryV2, 'eventUid')
  const text = () =>
    accept({
      operationId: 'o',
      articleId: 'a',
      url: 'u',
      startTime: new Date('2026-07-01T01:02:03.004Z'),
    }).row.start_time
  expect(text()).toBe('2026-06-30T21:02:03.004-04:00')
  defaults.parseInputDatesAsUTC = true
  try {
    expect(text()).toBe('2026-07-01T01:02:03.004+00:00')
  } finally {
    defaults.parseInputDatesAsUTC = false
  }
})
