import { Pool } from 'pg'
import { expect, it } from 'vitest'
import type { PgClient } from '../../src/tools/db/session'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { useDatabase } from '../support/database'
import { makeDrifted, stepsPast } from '../support/drifted'
import { DRAW, REPAIR } from '../support/scene'

const database = useDatabase()

/** More than two batches. */
const TABLES = 250

function counting(client: PgClient, begun: string[]): PgClient {
  return {
    query(text, values) {
      begun.push(text.trimStart())
      return client.query(text, values)
    },
  }
}

it('draws for a hundred sequences by one statement, for each exactly what it misses', async () => {
  await makeDrifted(database, 'exact', TABLES)
  const begun: string[] = []
  const client = await database.connect()
  const { repaired, refused } = await resyncSequences(counting(client, begun), {
    schemas: ['exact'],
  })
  await client.end()
  expect(refused).toEqual([])
  expect(repaired).toHaveLength(TABLES)
  expect(new Set(repaired.map(({ verdict, method }) => `${verdict} ${method}`))).toEqual(
    new Set(['ok burn']),
  )
  expect(await stepsPast(database, 'exact', TABLES)).toEqual([1])
  expect(begun.filter((text) => text.startsWith(DRAW))).toHaveLength(3)
  expect(begun.filter((text) => text.startsWith(REPAIR))).toEqual([])
})

it('repairs over several connections, beside another that repairs the same', async () => {
  await makeDrifted(database, 'shared', TABLES)
  const pool = new Pool({ connectionString: database.url, max: 6 })
  const options = { schemas: ['shared'], jobs: 3 }
  const [one, other] = await Promise.all([
    resyncSequences(pool, options),
    resyncSequences(pool, options),
  ])
  expect([...one.refused, ...other.refused]).toEqual([])
  expect(await stepsPast(database, 'shared', TABLES)).toEqual([1])
  expect(pool.idleCount).toBe(pool.totalCount)
  await pool.end()
  const client = await database.connect()
  expect(await resyncSequences(client, options)).toMatchObject({ repaired: [], refused: [] })
  await client.end()
})

it('moves a sequence that feeds many tables once, and then looks at all of them by one statement', async () => {
  const tables = 40
  await database.query(`create schema fed; create sequence fed.s;
    do $$ begin for n in 1..${String(tables)} loop
      execute format('create table fed.t%s (id bigint primary key default nextval(''fed.s''))', n);
    end loop; end $$;
    insert into fed.t7 values (5000)`)
  const begun: string[] = []
  const client = await database.connect()
  const resync = await resyncSequences(counting(client, begun), { schemas: ['fed'] })
  await client.end()
  expect(resync.repaired).toMatchObject([{ verdict: 'ok', before: 1n, after: 5001n }])
  expect(resync.unchanged).toHaveLength(tables - 1)
  expect(new Set(resync.unchanged.map(({ verdict }) => verdict))).toEqual(new Set(['ok']))
  expect(begun.filter((text) => text.startsWith(REPAIR))).toHaveLength(1)
  // All before the repair, all after it, and all but the repaired one once more, together.
  expect(begun.filter((text) => text.startsWith('select array['))).toHaveLength(3)
})

it('waits for another that repairs the same sequence, and then finds it repaired', async () => {
  await database.query(
    'create table turns (id bigserial primary key); insert into turns values (50)',
  )
  const other = await database.connect()
  await other.query(`begin;
    select pg_advisory_xact_lock(1920170350, ('turns_id_seq'::regclass::oid::bigint - 2147483648)::integer)`)
  const client = await database.connect()
  const running = resyncSequences(client, { tables: ['turns'], lockTimeout: '30s' })
  const waiting = () =>
    database.query(
      `select from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`,
    )
  await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(1)
  await other.query(`select nextval('turns_id_seq') from generate_series(1, 50); commit`)
  expect(await running).toMatchObject({
    repaired: [],
    refused: [],
    unchanged: [{ nextValue: 51n }],
  })
  await other.end()
  await client.end()
})

it('draws only what is still missing when its turn comes', async () => {
  await database.query(
    'create table stale (id bigserial primary key); insert into stale values (900)',
  )
  const client = await database.connect()
  let isDrawn = false
  const beside: PgClient = {
    async query(text, values) {
      if (text.trimStart().startsWith(DRAW) && !isDrawn) {
        isDrawn = true
        await database.query(`select nextval('stale_id_seq') from generate_series(1, 600)`)
      }
      return client.query(text, values)
    },
  }
  await resyncSequences(beside, { tables: ['stale'] })
  await client.end()
  expect(await database.nextId('stale')).toBe('901')
})

it('begins with what is furthest behind', async () => {
  await makeDrifted(database, 'need', TABLES)
  const drawn: bigint[] = []
  const client = await database.connect()
  const watched: PgClient = {
    query(text, values) {
      if (text.trimStart().startsWith(DRAW)) drawn.push(...(values?.at(-1) as string[]).map(BigInt))
      return client.query(text, values)
    },
  }
  await resyncSequences(watched, { schemas: ['need'] })
  await client.end()
  expect(drawn).toEqual(Array.from({ length: TABLES }, (_, index) => BigInt(TABLES - index)))
})
