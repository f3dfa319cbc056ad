import { DataSource } from 'typeorm'
import { beforeEach, describe, expect, it } from 'vitest'
import { resyncSequences } from 'typeorm-resync'
import type { PostgresOptions } from '../../src/tools/db/postgres-options'
import { withInitialized } from '../../src/tools/cli/target'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'

const TABLES = ['one', 'two', 'three']
const database = useDatabase()

beforeEach(async () => {
  await database.query(`drop schema public cascade; create schema public`)
  for (const table of TABLES) {
    await database.query(`create table ${table} (id serial primary key, note text)`)
    await database.query(`insert into ${table} select g, 'old' from generate_series(1, 9) g`)
  }
})

/** How many sessions there ever were (pg_stat_database, from PostgreSQL 14). */
async function sessions(): Promise<number> {
  const [row] = await database.query<{ sessions: string }>(
    'select pg_stat_clear_snapshot(), sessions from pg_stat_database where datname = current_database()',
  )
  return Number(row?.sessions)
}

describe.each([1, 2])('--jobs %i', (jobs) => {
  it('opens no more connections, each under our name', async () => {
    const before = await sessions()
    const holder = await database.connect()
    const { rows: holders } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid')
    await holder.query('begin; lock table one, two, three in access exclusive mode')
    const running = resync(
      ['apply', '--url', database.url, '--jobs', String(jobs), '--lock-timeout', '20s'],
      {},
    )
    const ours = () =>
      database.query<{ name: string }>(
        `select application_name as name from pg_stat_activity
          where datname = current_database() and state is not null and pid not in (pg_backend_pid(), ${String(holders[0]?.pid)})`,
      )
    await expect.poll(ours).not.toHaveLength(0)
    const named = await ours()
    await holder.query('rollback')
    await holder.end()
    expect(await running).toMatchObject({ exitCode: 0 })
    expect(new Set(named.map(({ name }) => name))).toEqual(new Set(['typeorm-resync']))
    expect((await sessions()) - before - 1).toBeGreaterThan(0)
    expect((await sessions()) - before - 1).toBeLessThanOrEqual(jobs)
  })
})

describe('a DataSource of the project', () => {
  it('connects under our name, and waits for a server no longer than a URL does, where it says nothing of either', async () => {
    const named = async (options: Partial<PostgresOptions>) => {
      const dataSource = new DataSource({ type: 'postgres', url: database.url, ...options })
      return withInitialized(dataSource, async () => {
        const [row] = await dataSource.query<{ name: string }[]>(
          `select current_setting('application_name') as name`,
        )
        const { connectTimeoutMS } = dataSource.options as PostgresOptions
        return { name: row?.name, connectTimeoutMS }
      })
    }
    expect(await named({})).toEqual({ name: 'typeorm-resync', connectTimeoutMS: 10_000 })
    expect(await named({ applicationName: 'shop', connectTimeoutMS: 3_000 })).toEqual({
      name: 'shop',
      connectTimeoutMS: 3_000,
    })
  })
})

/** What neither waits for a lock nor reads a table: it asks the server for the time, or begins and sets. */
const UNBOUNDED = /^(select pg_catalog\.now\(\)|begin )/

describe('every statement that reads or writes', () => {
  it('is under the timeouts that were asked for', async () => {
    const client = await database.connect()
    const sent: { text: string; lock: string; statement: string }[] = []
    const watched = {
      async query(text: string, values?: unknown[]) {
        const { rows } = await client.query<{ lock: string; statement: string }>(
          `select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`,
        )
        for (const row of rows) sent.push({ text, ...row })
        return client.query(text, values)
      },
    }
    await resyncSequences(watched, { lockTimeout: '700ms', statementTimeout: '7s' })
    const bounded = sent.filter(({ text }) => !UNBOUNDED.test(text))
    expect(bounded.length).toBeGreaterThan(5)
    expect(bounded.filter(({ lock, statement }) => lock !== '700ms' || statement !== '7s')).toEqual(
      [],
    )
  })
})

describe('a session that is ended for being idle in its transaction', () => {
  it('says so, and leaves nothing half done', async () => {
    const client = await database.connect()
    const idle = {
      async query(text: string, values?: unknown[]) {
        const result = await client.query(text, values)
        if (text.startsWith('begin ')) {
          await client.query(`set local idle_in_transaction_session_timeout = '1ms'`)
          // Until the server has ended it.
          await new Promise((resolve) => client.once('end', resolve))
        }
        return result
      },
    }
    await expect(resyncSequences(idle, {})).rejects.toThrow(
      /^Lost the connection to the database: .*No sequence is lower than before\. Run it again\.$/,
    )
    for (const table of TABLES) {
      expect(await database.query(`select last_value, is_called from ${table}_id_seq`)).toEqual([
        { last_value: '1', is_called: false },
      ])
    }
    expect((await resync(['apply', '--url', database.url])).exitCode).toBe(0)
  })
})

describe('a dry run', () => {
  it.each([
    ['apply', '--dry-run'],
    ['generate', '--all-tables', '--drifted', '--dry-run'],
    ['diagnose', '--trap', '--table', 'one', '--dry-run'],
  ])('of %s moves no sequence and makes nothing', async (...args) => {
    const ran = await resync([...args, '--url', database.url])
    expect(ran.exitCode).toBe(0)
    expect(ran.out).not.toBe('')
    const [state] = await database.query(
      `select (select count(*)::int from pg_proc where pronamespace = 'public'::regnamespace) as functions,
              (select count(*)::int from pg_sequences where last_value is not null) as moved`,
    )
    expect(state).toEqual({ functions: 0, moved: 0 })
  })
})
