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
  expect(await stepsPast(database, 'shared', TABLES).then(([least]) => least)).toBe(1)
  expect(pool.idleCount).toBe(pool.totalCount)
  await pool.end()
  const client = await database.connect()
  expect(await resyncSequences(client, options)).toMatchObject({ repaired: [], refused: [] })
  await client.end()
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
