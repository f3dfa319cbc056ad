import { expect, it } from 'vitest'
import { StoppedError } from '../../src/tools/errors'
import type { Progress } from '../../src/tools/sequences/progress'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { verifySequences } from '../../src/tools/sequences/verify'
import { useDatabase } from '../support/database'
import { makeDrifted, stepsPast } from '../support/drifted'

const database = useDatabase()

/** Three batches. */
const TABLES = 250

/** What a test may do with a session that it lends, and what it was told. */
async function attended<T>(
  work: (client: Awaited<ReturnType<typeof database.connect>>, on: Attending) => Promise<T>,
  isEnough: (progress: Progress) => boolean = () => false,
) {
  const told: string[] = []
  const stop = new AbortController()
  const client = await database.connect()
  try {
    const result = await work(client, {
      signal: stop.signal,
      onProgress: (progress) => {
        told.push(`${progress.phase} ${String(progress.done)} of ${String(progress.total)}`)
        if (isEnough(progress)) stop.abort()
      },
    })
    return { result, told }
  } finally {
    await client.end()
  }
}

interface Attending {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

it('tells how far it has come, batch by batch', async () => {
  await makeDrifted(database, 'told', TABLES)
  const { told } = await attended((client, on) =>
    resyncSequences(client, { schemas: ['told'], ...on }),
  )
  expect(told).toEqual([
    'read 0 of 250',
    'read 100 of 250',
    'read 200 of 250',
    'read 250 of 250',
    'repair 0 of 250',
    'repair 100 of 250',
    'repair 200 of 250',
    'repair 250 of 250',
  ])
})

it('stopped while it reads, it has no result and has changed nothing', async () => {
  await makeDrifted(database, 'reading', TABLES)
  for (const work of [verifySequences, resyncSequences]) {
    const stopped = attended(
      async (client, on): Promise<unknown> => work(client, { schemas: ['reading'], ...on }),
      ({ done }) => done === 100,
    )
    await expect(stopped).rejects.toThrow(
      new StoppedError(
        'Stopped: 100 of 250 sequences had been read. Nothing was changed. Run it again.',
      ),
    )
  }
  expect(await stepsPast(database, 'reading', TABLES)).toEqual([0])
})

it('stopped while a batch waits for a lock, it does not wait for it again', async () => {
  await makeDrifted(database, 'waiting', 50)
  const holder = await database.connect()
  await holder.query('begin; lock table waiting.t7')
  const stop = new AbortController()
  const client = await database.connect()
  let reads = 0
  const watched = {
    query(text: string, values?: unknown[]) {
      if (text.startsWith('select array[')) {
        reads += 1
        stop.abort()
      }
      return client.query(text, values)
    },
  }
  const work = verifySequences(watched, {
    schemas: ['waiting'],
    lockTimeout: '200ms',
    signal: stop.signal,
  })
  await expect(work).rejects.toThrow(/^Stopped: 0 of 50 sequences had been read\./)
  expect(reads).toBe(1)
  await holder.end()
  await client.end()
})

it('stopped while it repairs, it finishes what was begun, and names the rest', async () => {
  await makeDrifted(database, 'repairing', TABLES)
  const { result, told } = await attended(
    (client, on) => resyncSequences(client, { schemas: ['repairing'], ...on }),
    ({ phase, done }) => phase === 'repair' && done === 100,
  )
  expect(told.at(-1)).toBe('repair 100 of 250')
  expect({
    ...result,
    repaired: result.repaired.length,
    notBegun: result.notBegun.length,
  }).toMatchObject({
    repaired: 100,
    unchanged: [],
    refused: [],
    notBegun: 150,
  })
  const moved = await database.query(
    `select from pg_sequences where schemaname = 'repairing' and last_value is not null`,
  )
  expect(moved).toHaveLength(100)
  const rest = await attended((client, on) =>
    resyncSequences(client, { schemas: ['repairing'], ...on }),
  )
  expect(rest.result.repaired).toHaveLength(150)
  expect(await stepsPast(database, 'repairing', TABLES)).toEqual([1])
})
