import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import type { QueryRunner } from 'typeorm'
import { ExtractionTelemetryV2 } from '../../src/entities/extraction-telemetry-v2'
import { createAcceptor } from '../../src/tools/telemetry/accept/acceptor'
import { batchWriter, type BatchOptions } from '../../src/tools/telemetry/batch/batch-writer'
import { inOwnTransaction } from '../../src/tools/telemetry/batch/own-transaction'
import { benchEvent } from '../../bench/writer/events'
import { useDatabase } from '../support/database'
import { useTelemetry } from './scene'

const database = useDatabase('incident')
const telemetry = useTelemetry(database)

const writer = (options: BatchOptions = {}) =>
  batchWriter(telemetry.current(), ExtractionTelemetryV2, 'eventUid', options)

function accepted(count: number) {
  const accept = createAcceptor(telemetry.current(), ExtractionTelemetryV2, 'eventUid')
  return Array.from({ length: count }, (_, n) => accept(benchEvent(n)))
}

async function rows(): Promise<number> {
  const [found] = await database.query<{ count: number }>(
    'select count(*)::integer as count from extraction_telemetry_v2',
  )
  return found?.count ?? 0
}

async function pidOf(runner: QueryRunner): Promise<number> {
  const [found] = (await runner.query('select pg_backend_pid() as pid')) as { pid: number }[]
  return found?.pid ?? 0
}

/** Waits until a session waits for a lock. */
async function waits(pid: number): Promise<void> {
  for (;;) {
    const found = await database.query(
      `select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`,
      [pid],
    )
    if (found.length > 0) return
  }
}

describe('a COPY', () => {
  it('that fails at its first row, with megabytes still to send, leaves the connection usable', async () => {
    const runner = telemetry.runner()
    const before = await rows()
    const events = accepted(1)
    const huge = events.map(({ uid, row }) => ({ uid, row: { ...row, start_time: 'never' } }))
    const [first] = huge
    if (!first) throw new Error('There is one.')
    const many = Array.from({ length: 64 }, (_, n) => ({
      uid: `${first.uid.slice(0, -4)}${String(1000 + n)}`,
      row: { ...first.row, error_message: 'x'.repeat(1_000_000) },
    }))
    await expect(writer({})(runner, many)).rejects.toMatchObject({ code: '22007' })
    expect(await writer({})(runner, accepted(10))).toEqual({ inserted: 10 })
    expect(await rows()).toBe(before + 10)
  })

  it('whose backend is terminated fails, writes nothing, and is written once when tried again on another', async () => {
    const source = await telemetry.open()
    const runner = source.createQueryRunner()
    const before = await rows()
    const events = accepted(100)
    const blocker = await database.connect()
    await blocker.query('begin; lock table extraction_telemetry_v2 in share mode')
    const pid = await pidOf(runner)
    const written = writer({})(runner, events).catch((error: unknown) => error)
    await waits(pid)
    await database.query('select pg_terminate_backend($1)', [pid])
    expect(await written).toMatchObject({ code: '57P01' })
    await blocker.query('rollback')
    await runner.release()
    expect(await rows()).toBe(before)
    expect(await writer()(telemetry.runner(), events)).toEqual({ inserted: 100 })
  })

  it('whose backend is terminated while it reads the data fails, and nobody else hears of it', async () => {
    const source = await telemetry.open()
    const runner = source.createQueryRunner()
    const [event] = accepted(1)
    if (!event) throw new Error('There is one.')
    const pid = await pidOf(runner)
    const many = Array.from({ length: 200 }, (_, n) => ({
      uid: `${event.uid.slice(0, -4)}${String(1000 + n)}`,
      row: { ...event.row, error_message: 'x'.repeat(1_000_000) },
    }))
    const killed = killWhileCopying(pid)
    await expect(writer({})(runner, many)).rejects.toThrow()
    await killed
    await runner.release()
  })
})

async function killWhileCopying(pid: number): Promise<void> {
  for (;;) {
    const found = await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and query like 'copy %' and state = 'active'`,
      [pid],
    )
    if (found.length > 0) return
  }
}

describe('a role', () => {
  it('that may make no temporary table writes large batches all the same', async () => {
    await database.query(`
      create role ${database.name}_app login password 'app';
      grant insert, select, update on all tables in schema public to ${database.name}_app;
      grant usage on all sequences in schema public to ${database.name}_app;
      revoke temporary on database ${database.name} from public`)
    const url = database.urlFor(`${database.name}_app`, 'app')
    const source = await telemetry.open({ url })
    const runner = source.createQueryRunner()
    expect(await writer({ copies: false, stageFrom: 1 })(runner, accepted(1_500))).toEqual({
      inserted: 1_500,
    })
    await runner.release()
    await source.destroy()
    await database.query(`drop owned by ${database.name}_app; drop role ${database.name}_app`)
  })
})

describe('two writers', () => {
  it('of the same events and hosts, in opposite orders, write each once and do not deadlock over the summary', async () => {
    const before = await rows()
    const counted = async () =>
      (await database.query('select sum(count)::integer as sum from http_error_summary'))[0]?.sum
    const countedBefore = await counted()
    const events = accepted(2_000)
    const batches = Array.from({ length: 20 }, (_, n) => events.slice(n * 100, n * 100 + 100))
    const work = async (mine: typeof batches, own: QueryRunner) => {
      let inserted = 0
      for (const batch of mine) inserted += (await writer()(own, batch)).inserted
      return inserted
    }
    const done = await Promise.all([
      work(batches, telemetry.runner()),
      work([...batches].reverse(), telemetry.runner()),
      work(batches, telemetry.runner()),
    ])
    expect(done.reduce((sum, inserted) => sum + inserted, 0)).toBe(2_000)
    expect(await rows()).toBe(before + 2_000)
    const failed = events.filter(({ row }) => row.http_status_code === '503').length
    expect(await counted()).toBe(Number(countedBefore) + failed)
  })
})

describe('the summary', () => {
  it('locks its rows in the order of their hosts, whatever the order of the events', async () => {
    const accept = createAcceptor(telemetry.current(), ExtractionTelemetryV2, 'eventUid')
    const hosts = [7, 3, 9, 5, 1, 8, 2, 6, 4].map((n) => `order-${String(n)}`)
    const events = () =>
      hosts.map((host, n) => accept({ ...benchEvent(n), host, httpStatusCode: 500 }))
    await writer()(telemetry.runner(), events())
    const blocker = await database.connect()
    await blocker.query(`begin; select from http_error_summary where host = 'order-5' for update`)
    const runner = telemetry.runner()
    const pid = await pidOf(runner)
    const written = writer()(runner, events().reverse())
    await waits(pid)
    const free = await database.query(
      `select host from http_error_summary where host like 'order-%' order by host for update skip locked`,
    )
    await blocker.query('rollback')
    expect(await written).toEqual({ inserted: 9 })
    expect(free.map(({ host }) => host)).toEqual([6, 7, 8, 9].map((n) => `order-${String(n)}`))
  })
})

describe('the timeouts', () => {
  it('are those of the batch, and leave the session as it was', async () => {
    const runner = telemetry.runner()
    const blocker = await database.connect()
    await blocker.query('begin; lock table extraction_telemetry_v2 in share mode')
    await expect(writer({ lockTimeout: '50ms' })(runner, accepted(1))).rejects.toMatchObject({
      code: '55P03',
    })
    await expect(writer({ statementTimeout: '50ms' })(runner, accepted(1))).rejects.toMatchObject({
      code: '57014',
    })
    await blocker.query('rollback')
    expect(await writer()(runner, accepted(1))).toEqual({ inserted: 1 })
    expect(
      await runner.query(
        `select name from pg_settings where source = 'session' and name in ('lock_timeout', 'statement_timeout', 'client_min_messages', 'idle_in_transaction_session_timeout')`,
      ),
    ).toEqual([])
  })
})

describe('a transaction', () => {
  it('that PostgreSQL rolls back at COMMIT is an error', async () => {
    const client = new Client(database.url)
    await client.connect()
    const work = inOwnTransaction(client, {}, async () => {
      await client.query('select 1 / 0').catch(() => undefined)
    })
    await expect(work).rejects.toMatchObject({
      code: '40000',
      message:
        'PostgreSQL answered COMMIT with ROLLBACK: a statement of the transaction had failed. Nothing was written.',
    })
    await client.end()
  })
})
