import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DataSource } from 'typeorm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { guardDataSource, TelemetryWriter, watchSequences } from 'typeorm-resync'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { HAS_PGBOUNCER, startPgbouncer, type Pooler } from '../support/pgbouncer'
import { HttpErrorSummary } from '../../src/entities/http-error-summary'
import { TELEMETRY, useTelemetry } from '../telemetry/scene'

const title = HAS_PGBOUNCER
  ? 'PgBouncer in transaction mode'
  : 'PgBouncer in transaction mode (skipped: pgbouncer is not installed; .ci/run brings it)'

describe.skipIf(!HAS_PGBOUNCER)(title, () => {
  const database = useDatabase('incident')
  useTelemetry(database)
  const newFolder = useFolders()
  // Fewer connections than the jobs that are asked for.
  const POOL_SIZE = 2
  let pooler: Pooler

  beforeAll(async () => {
    pooler = await startPgbouncer(database.url, newFolder(), POOL_SIZE)
    for (const table of ['one', 'two', 'three']) {
      await database.query(`create table ${table} (id serial primary key, note text)`)
      await database.query(`insert into ${table} select g, 'old' from generate_series(1, 9) g`)
    }
  })
  afterAll(() => pooler.stop())
  beforeEach(async () => {
    for (const table of ['one', 'two', 'three'])
      await database.query(`select setval('${table}_id_seq', 1, false)`)
  })

  const cli = (...args: string[]) => resync([...args, '--url', pooler.url])
  const inTransaction = () =>
    database.query<{ count: number }>(
      `select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in%'`,
    )
  /** Whoever comes next gets one of the sessions that we used. */
  const settings = async () => {
    const next = await database.connect(pooler.url)
    const { rows } = await next.query<Record<string, string>>(
      `select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement, current_setting('row_security') as rows,
              current_setting('idle_in_transaction_session_timeout') as idle`,
    )
    return rows
  }

  it('serves verify, with more jobs than it has connections', async () => {
    const ran = await cli('verify', '--jobs', '8', '--table', 'one', 'two', 'three')
    expect(ran).toMatchObject({ exitCode: 1 })
    expect(ran.out).toContain('3 columns: 0 ok, 3 behind, 0 unknown.')
  })

  it('serves apply, and leaves no transaction open and no setting behind', async () => {
    const ran = await cli('apply', '--jobs', '8', '--table', 'one', 'two', 'three')
    expect(ran).toMatchObject({ exitCode: 0, err: '' })
    expect(ran.out).toContain('3 repaired, 0 unchanged, 0 refused.')
    expect(await inTransaction()).toEqual([{ count: 0 }])
    expect(await settings()).toEqual([{ lock: '0', statement: '0', rows: 'on', idle: '0' }])
    for (const table of ['one', 'two', 'three']) expect(await database.nextId(table)).toBe(10)
    for (const table of ['one', 'two', 'three'])
      await database.query(`delete from ${table} where id > 9`)
  })

  it('serves diagnose, report and generate', async () => {
    expect(await cli('diagnose', '--table', 'one', 'two')).toMatchObject({ exitCode: 1 })
    const page = await cli('report', '--html', '-', '--table', 'one')
    expect(page.exitCode).toBe(1)
    expect(page.out).toContain('one_id_seq')
    expect(page.err).not.toContain('Cannot say why')
    const file = await cli('generate', '--table', 'one', '--drifted', '--dry-run')
    expect(file).toMatchObject({ exitCode: 0 })
    expect(file.out).toContain('implements MigrationInterface')
  })

  it('serves logs, which asks whose constraint a line names', async () => {
    const line =
      '2026-11-23 12:00:00.000 UTC [1] 23505 ERROR:  duplicate key value violates unique constraint "one_pkey"\n'
    const file = join(newFolder(), 'postgresql.log')
    writeFileSync(file, line)
    const ran = await cli('logs', file)
    expect(ran.out).toContain('one_pkey')
    expect(ran.exitCode).not.toBe(2)
  })

  it('serves a watch', async () => {
    const watch = await watchSequences(pooler.url, { port: 0, tables: ['one'] })
    try {
      await expect
        .poll(async () => (await fetch(`${watch.address}/metrics`)).text(), { timeout: 20_000 })
        .toMatch(/typeorm_resync_\w+/)
      await expect
        .poll(async () => (await fetch(`${watch.address}/healthz`)).status, { timeout: 20_000 })
        .toBe(200)
    } finally {
      await watch.stop()
    }
  })

  it('refuses a startup parameter of the URL, and is quoted', async () => {
    const url = `${pooler.url}?statement_timeout=5000`
    expect(await resync(['verify', '--url', url])).toEqual({
      exitCode: 2,
      out: '',
      err: expect.stringContaining('unsupported startup parameter: statement_timeout') as string,
    })
  })

  it('serves the guard and the writer', async () => {
    const source = new DataSource({ type: 'postgres', url: pooler.url, entities: TELEMETRY })
    guardDataSource(source)
    await source.initialize()
    try {
      await database.query(`insert into http_error_summary (id, host, status_code, error_type, first_seen, last_seen)
        select g, 'h' || g, 500, 'x', now(), now() from generate_series(100001, 100009) g`)
      await database.query(`select setval('http_error_summary_id_seq', 100000)`)
      const seen = new Date(0)
      const row = { host: 'new', statusCode: 500, errorType: 'x', firstSeen: seen, lastSeen: seen }
      const saved = await source.getRepository(HttpErrorSummary).save(row)
      expect(saved.id).toBe(100010)
      const [before] = await database.query<{ n: number }>(
        'select count(*)::int as n from extraction_telemetry_v2',
      )
      const writer = new TelemetryWriter(source)
      const now = new Date(0)
      for (let n = 0; n < 50; n += 1)
        await writer.record({
          operationId: `op-${String(n)}`,
          articleId: 'a',
          url: 'https://example.com',
          startTime: now,
        })
      await writer.shutdown()
      const [after] = await database.query<{ n: number }>(
        'select count(*)::int as n from extraction_telemetry_v2',
      )
      expect((after?.n ?? 0) - (before?.n ?? 0)).toBe(50)
    } finally {
      await source.destroy()
    }
  })
})
