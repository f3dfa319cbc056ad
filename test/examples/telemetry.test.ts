import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeTables } from '../../bench/drift/run'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { ROOT, run, TSX } from '../support/run'

const database = useDatabase()
const newFolder = useFolders()

beforeAll(() => makeTables(database.url))
beforeEach(() =>
  database.query(
    'truncate extraction_telemetry_v2, http_error_summary, content_type_detection_telemetry',
  ),
)

function args(script: string, ...given: string[]): string[] {
  return ['--import', TSX, join(ROOT, 'examples/telemetry', script), ...given]
}

function example(script: string, ...given: string[]) {
  return run(process.execPath, args(script, ...given), { env: { DATABASE_URL: database.url } })
}

/** Counts the crawler's rows, and what the sisters say of the same events. */
async function counts(): Promise<Record<string, number>> {
  const [row] = await database.query<Record<string, number>>(`
    select count(*)::int as rows, count(distinct article_id)::int as articles,
           (count(*) filter (where http_status_code = 503))::int as failed,
           (select coalesce(sum(count), 0)::int from http_error_summary) as summed,
           (select count(*)::int from content_type_detection_telemetry) as detections
      from extraction_telemetry_v2`)
  return row ?? {}
}

/** Starts the crawler, sends it SIGTERM some time after it has begun, and returns what it said. */
async function terminated(spool: string, begun: () => Promise<boolean>): Promise<string> {
  const child = spawn(process.execPath, args('main.ts', '1000000', spool), {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  const closed = once(child, 'close')
  while (child.exitCode === null && !(await begun())) await sleep(20)
  await sleep(200)
  child.kill('SIGTERM')
  expect(await closed).toEqual([0, null])
  return out
}

function numbersIn(said: string): number[] {
  return [...said.matchAll(/\d+/g)].map(Number)
}

describe('a crawler that records its extractions', () => {
  it('writes each once, with its error and its detection', async () => {
    expect(await example('main.ts', '90', newFolder())).toEqual({
      exitCode: 0,
      out: '90 accepted, 90 written, 0 left in the spool.\n',
      err: '',
    })
    expect(await counts()).toEqual({
      rows: 90,
      articles: 90,
      failed: 10,
      summed: 10,
      detections: 80,
    })
  })

  it('that gets SIGTERM in the middle loses nothing', async () => {
    const said = await terminated(newFolder(), async () => (await counts()).rows !== 0)
    const [accepted, written, left] = numbersIn(said)
    const { rows, articles, failed, summed } = await counts()
    expect([written, left]).toEqual([accepted, 0])
    expect([rows, articles]).toEqual([accepted, accepted])
    expect(rows).toBeLessThan(1_000_000)
    expect(summed).toBe(failed)
  })

  it('that gets SIGTERM while the database takes nothing leaves its events to the next', async () => {
    const spool = newFolder()
    const other = await database.connect()
    await other.query('begin; lock table extraction_telemetry_v2')
    const waits = `select from pg_locks where not granted and relation = 'extraction_telemetry_v2'::regclass`
    const said = await terminated(spool, async () => (await database.query(waits)).length > 0)
    await other.query('rollback')
    const [accepted = 0, , left = 0] = numbersIn(said)
    expect(accepted).toBeGreaterThan(0)
    expect(left).toBe(accepted)
    expect(await example('main.ts', '1', spool)).toMatchObject({ exitCode: 0, err: '' })
    // The next begins with an article of the same name, and a uid of its own.
    expect(await counts()).toMatchObject({ rows: accepted + 1, articles: accepted })
  })
})

describe('dead letters', () => {
  it('are brought back once the cause is put right, each once', async () => {
    const spool = newFolder()
    const file = join(spool, 'dead-letters.jsonl')
    await database.query(
      'alter table extraction_telemetry_v2 add constraint no_four check (article_id not like $$%4$$)',
    )
    expect(await example('main.ts', '20', spool)).toMatchObject({
      exitCode: 0,
      out: '20 accepted, 18 written, 0 left in the spool.\n',
    })
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2)

    const refused = await example('bring-back.ts', file)
    expect(refused.out).toContain('deadLettered: 2')
    expect(readFileSync(`${file}.again`, 'utf8').trim().split('\n')).toHaveLength(2)

    await database.query('alter table extraction_telemetry_v2 drop constraint no_four')
    expect((await example('bring-back.ts', file)).out).toContain('written: 2')
    expect((await example('bring-back.ts', file)).out).toContain('alreadyThere: 2')
    expect(await counts()).toEqual({
      rows: 20,
      articles: 20,
      failed: 2,
      summed: 2,
      detections: 18,
    })
  })

  it('are none where a line has no uid and no event', async () => {
    const file = join(newFolder(), 'letters')
    writeFileSync(file, '{"reason":"x"}\n')
    const ran = await example('bring-back.ts', file)
    expect(ran.exitCode).toBe(1)
    expect(ran.err).toContain(
      'Cannot record this again: it is no dead letter, which has a uid and an event. The event was not accepted. Give it a line of the file, through JSON.parse().',
    )
  })
})
