import { Pool } from 'pg'
import { expect, it } from 'vitest'
import type { PgClient } from '../../src/tools/db/session'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { useDatabase } from '../support/database'
import { DRAW, REPAIR } from '../support/scene'

const database = useDatabase()

/** More than two batches. */
const TABLES = 250

/** Makes schema `name` with tables whose sequences step by 1, 7 and -3 in turn; table n is n steps behind. */
async function setUp(name: string): Promise<void> {
  await database.query(`create schema ${name};
    do $$ declare step bigint; begin
      for n in 1..${String(TABLES)} loop
        step := (array[1, 7, -3])[n % 3 + 1];
        execute format('create sequence ${name}.s%s increment %s', n, step);
        execute format('create table ${name}.t%s (id bigint primary key default nextval(''${name}.s%1$s''))', n);
        execute format('alter sequence ${name}.s%s owned by ${name}.t%1$s.id', n);
        execute format('insert into ${name}.t%s values (%s)', n, case when step > 0 then 1 else -1 end + (n - 1) * step);
      end loop;
    end $$`)
}

/** Returns how many steps the sequences are past the row that each table has: 1 where nothing too much was drawn. */
async function past(name: string): Promise<number[]> {
  const rows = await database.query<{ steps: number }>(`
    select distinct ((pg_sequence_last_value(format('${name}.s%s', n)::regclass)
             - (xpath('/row/id/text()', query_to_xml(format('select id from ${name}.t%s', n), false, true, '')))[1]::text::bigint)
             / seqincrement)::int + 1 as steps
      from generate_series(1, ${String(TABLES)}) n join pg_sequence on seqrelid = format('${name}.s%s', n)::regclass order by 1`)
  return rows.map(({ steps }) => steps)
}

function counting(client: PgClient, begun: string[]): PgClient {
  return {
    query(text, values) {
      begun.push(text.trimStart())
      return client.query(text, values)
    },
  }
}

it('draws for a hundred sequences by one statement, for each exactly what it misses', async () => {
  await setUp('exact')
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
  expect(await past('exact')).toEqual([1])
  expect(begun.filter((text) => text.startsWith(DRAW))).toHaveLength(3)
  expect(begun.filter((text) => text.startsWith(REPAIR))).toEqual([])
})

it('repairs over several connections, beside another that repairs the same', async () => {
  await setUp('shared')
  const pool = new Pool({ connectionString: database.url, max: 6 })
  const options = { schemas: ['shared'], jobs: 3 }
  const [one, other] = await Promise.all([
    resyncSequences(pool, options),
    resyncSequences(pool, options),
  ])
  expect([...one.refused, ...other.refused]).toEqual([])
  expect(await past('shared').then(([least]) => least)).toBe(1)
  expect(pool.idleCount).toBe(pool.totalCount)
  await pool.end()
  const client = await database.connect()
  expect(await resyncSequences(client, options)).toMatchObject({ repaired: [], refused: [] })
  await client.end()
})

it('begins with what is furthest behind', async () => {
  await setUp('need')
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
