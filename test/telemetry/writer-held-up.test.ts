import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DataSource } from 'typeorm'
import type { Problem } from '../../src/tools/telemetry/writer-events'
import { useDatabase } from '../support/database'
import { useRig } from './support/rig'
import { EVENTS, insertInto } from './support/test-events'
import { until } from './support/until'

const database = useDatabase()
const rig = useRig(() => database.url)
const appRig = useRig(() => database.urlFor('telemetry_app', 'app'))

beforeEach(() => database.query(EVENTS))
afterEach(() => database.query('drop table if exists events, owners'))

async function count(): Promise<unknown> {
  const [row] = await database.query<{ count: number }>('select count(*)::int from events')
  return row?.count
}

function firstFive(): { n: number }[] {
  return [101, 102, 103, 104, 105].map((n) => ({ n }))
}

describe('no event is blamed, none is dropped, and all are written in the end', () => {
  it('where the table is missing, and that is said once', async () => {
    await database.query('alter table events rename to elsewhere')
    const { writer, lines, batches } = await rig()
    await Promise.all(firstFive().map((event) => writer.record(event)))
    await until(() => batches.length >= 5)
    expect(lines).toEqual([
      'Cannot write telemetry events: relation "events" does not exist (42P01). 5 events kept; tried again until the database is put right.',
    ])
    expect(writer.stats()).toMatchObject({ queued: 5, deadLettered: 0 })
    // Tried whole, never halved.
    expect(new Set(batches)).toEqual(new Set([5]))
    await database.query('alter table elsewhere rename to events')
    await writer.flush()
    expect(await count()).toBe(5)
    expect(lines[1]).toMatch(
      /^Telemetry events are written again, after \d+ failures in \d+\.\d s\.$/,
    )
    expect(lines).toHaveLength(2)
    await writer.shutdown()
  })

  it('where the right to insert is missing', async () => {
    await database.query(`create role telemetry_app login password 'app'`)
    const problems: Problem[] = []
    const { writer, lines } = await appRig({ onProblem: (problem) => problems.push(problem) })
    await Promise.all(firstFive().map((event) => writer.record(event)))
    await until(() => problems.length >= 3)
    expect(problems[0]).toMatchObject({
      during: 'write',
      kind: 'setup',
      sqlstate: '42501',
      reason: 'permission denied for table events (42501)',
      attempt: 1,
      queued: 5,
    })
    await database.query(
      'grant insert, select on events to telemetry_app; grant usage on sequence events_id_seq to telemetry_app',
    )
    await writer.flush()
    expect(await count()).toBe(5)
    expect(lines).toEqual([])
    await writer.shutdown()
    await database.query('drop owned by telemetry_app')
  })

  it("where the sequence is behind and could not be repaired: the generated key's own duplicate", async () => {
    await database.query(
      'insert into events (id, event_uid, n) select n, gen_random_uuid(), -n from generate_series(1, 1000) n',
    )
    const problems: Problem[] = []
    const { writer, batches } = await rig({ onProblem: (problem) => problems.push(problem) })
    await Promise.all(firstFive().map((event) => writer.record(event)))
    await until(() => problems.length >= 3)
    expect(problems[0]).toMatchObject({ kind: 'own key', sqlstate: '23505' })
    expect(new Set(batches)).toEqual(new Set([5]))
    await database.query(`select setval('events_id_seq', 1000)`)
    await writer.flush()
    expect(await count()).toBe(1_005)
    expect(writer.stats()).toMatchObject({ written: 5, deadLettered: 0 })
    await writer.shutdown()
  })

  it('where the batch is the victim of a deadlock', async () => {
    const problems: Problem[] = []
    const { writer } = await rig({ onProblem: (problem) => problems.push(problem) })
    const other = await database.connect()
    // It waits longer than the writer's session before it looks for a deadlock, so that the writer's is the one that is ended.
    await other.query(
      `set deadlock_timeout = '20s'; begin; insert into events (event_uid, n) values (gen_random_uuid(), 105)`,
    )
    await Promise.all(firstFive().map((event) => writer.record(event)))
    await until(async () => {
      const waiting = await database.query(
        `select from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`,
      )
      return waiting.length > 0
    })
    await other.query('insert into events (event_uid, n) values (gen_random_uuid(), 101)')
    await other.query('rollback')
    await writer.flush()
    expect(problems[0]).toMatchObject({ kind: 'transient', sqlstate: '40P01' })
    expect(await count()).toBe(5)
    await writer.shutdown()
  })

  it('where the commit succeeded and its answer was lost: each is one row', async () => {
    const dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize()
    const insert = insertInto(dataSource)
    let lost = 0
    const { writer } = await rig(
      {},
      {
        parts: {
          writeBatch: async (events) => {
            const result = await insert(events)
            lost += 1
            if (lost === 1) throw Object.assign(new Error('Connection terminated unexpectedly'))
            return result
          },
        },
      },
    )
    await Promise.all(firstFive().map((event) => writer.record(event)))
    await writer.flush()
    expect(await count()).toBe(5)
    expect(writer.stats()).toMatchObject({ accepted: 5, written: 0, alreadyThere: 5, queued: 0 })
    await writer.shutdown()
    await dataSource.destroy()
  })

  it('where a statement runs out of its time on a whole batch: smaller ones are tried', async () => {
    await database.query(`
      create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.01); return new; end $$;
      create trigger slow before insert on events for each row execute function slow();
      alter role postgres in database ${database.name} set statement_timeout = '200ms'`)
    try {
      const { writer, batches } = await rig({ maxBatchSize: 100, scheduledDelayMillis: 50 })
      await Promise.all(Array.from({ length: 100 }, (_, at) => writer.record({ n: at + 100 })))
      await writer.flush()
      expect(batches[0]).toBe(100)
      expect(await count()).toBe(100)
      expect(writer.stats()).toMatchObject({ written: 100, deadLettered: 0 })
      await writer.shutdown()
    } finally {
      await database.query(
        `alter role postgres in database ${database.name} reset statement_timeout; drop function slow cascade`,
      )
    }
  })
})

describe('where the disk is full for dead letters', () => {
  it.runIf(process.platform === 'linux')(
    'good events are written, and refused ones kept',
    async () => {
      const problems: Problem[] = []
      // What is written to this device fails as on a full disk.
      const { writer } = await rig({
        deadLetters: '/dev/full',
        onProblem: (problem) => problems.push(problem),
      })
      await Promise.all([...firstFive(), { n: 13 }].map((event) => writer.record(event)))
      await until(() => problems.length >= 2)
      expect(problems[0]).toMatchObject({ during: 'dead letters', kind: 'disk', queued: 6 })
      expect(problems[0]?.reason).toContain('ENOSPC')
      expect(await count()).toBe(5)
      await expect(writer.shutdown({ timeoutMillis: 20 })).rejects.toMatchObject({ unwritten: 6 })
    },
  )
})
