import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OutputError, UsageError } from '../../src/tools/errors'
import { resyncSequences, type ResyncOptions } from '../../src/tools/sequences/resync'
import { useDatabase } from '../support/database'
import { makeDrifted, stepsPast } from '../support/drifted'
import { useFolders } from '../support/folders'

const database = useDatabase()
const other = useDatabase()
const newFolder = useFolders()

const TABLES = 250

async function run(options: ResyncOptions, on = database) {
  const client = await on.connect()
  try {
    const { repaired, unchanged, refused, notBegun, settledBefore } = await resyncSequences(
      client,
      options,
    )
    return {
      repaired: repaired.length,
      unchanged: unchanged.length,
      refused: refused.length,
      notBegun: notBegun.length,
      settledBefore,
    }
  } finally {
    await client.end()
  }
}

/** Runs until the first batch is repaired. */
function stopped(options: ResyncOptions, on = database) {
  const stop = new AbortController()
  const onProgress: ResyncOptions['onProgress'] = ({ phase, done }) => {
    if (phase === 'repair' && done > 0) stop.abort()
  }
  return run({ ...options, signal: stop.signal, onProgress }, on)
}

const NONE = { repaired: 0, unchanged: 0, refused: 0, notBegun: 0, settledBefore: 0 }

describe('resume', () => {
  it('goes on where a run was stopped, and the file goes at the end', async () => {
    await makeDrifted(database, 'stopped', TABLES)
    await database.query(`select setval('stopped.s250', 100000)`)
    const resume = join(newFolder(), 'run.jsonl')
    const options = { schemas: ['stopped'], resume }
    expect(await stopped(options)).toEqual({ ...NONE, repaired: 100, unchanged: 1, notBegun: 149 })
    expect(await run(options)).toEqual({ ...NONE, repaired: 149, settledBefore: 101 })
    expect(existsSync(resume)).toBe(false)
    expect((await stepsPast(database, 'stopped', TABLES - 1)).toString()).toBe('1')
    expect(await run(options)).toEqual({ ...NONE, unchanged: 250 })
  })

  it('does not look again at what is settled, but for what shares its sequence', async () => {
    await database.query(`create schema shared; create sequence shared.s;
      create table shared.a (id bigint default nextval('shared.s')); select setval('shared.s', 10);
      create table shared.c (id serial); insert into shared.c values (7)`)
    const options = { schemas: ['shared'], resume: join(newFolder(), 'run.jsonl') }
    // A run with a refusal is not at its end.
    const refused = { ...NONE, unchanged: 1, refused: 1 }
    expect(await run({ ...options, maxGap: 0n })).toEqual(refused)
    await database.query(`create table shared.b (id bigint default nextval('shared.s'));
      insert into shared.a values (50); insert into shared.b values (20)`)
    expect(await run(options)).toEqual({ ...NONE, repaired: 2, settledBefore: 1 })
    expect(await database.nextId('shared.b')).toBe('51')
    expect(existsSync(options.resume)).toBe(false)
  })

  it('a column made anew, or of another database, is another', async () => {
    await makeDrifted(database, 'anew', TABLES)
    await makeDrifted(other, 'anew', TABLES)
    const resume = join(newFolder(), 'run.jsonl')
    const options = { schemas: ['anew'], resume }
    await stopped(options)
    await database.query('drop schema anew cascade')
    await makeDrifted(database, 'anew', TABLES)
    expect(await stopped(options)).toEqual({ ...NONE, repaired: 100, notBegun: 150 })
    expect(await stopped(options, other)).toEqual({ ...NONE, repaired: 100, notBegun: 150 })
    expect(await run(options)).toEqual({ ...NONE, repaired: 150, settledBefore: 100 })
  })

  it('what a kill left of a line counts for nothing, and the next line stands by itself', async () => {
    await makeDrifted(database, 'torn', TABLES)
    const resume = join(newFolder(), 'run.jsonl')
    const options = { schemas: ['torn'], resume }
    await stopped(options)
    const whole = readFileSync(resume, 'utf8')
    writeFileSync(resume, whole.slice(0, -10))
    // The hundred of the torn line are looked at again.
    expect(await stopped(options)).toEqual({ ...NONE, repaired: 100, unchanged: 100, notBegun: 50 })
    expect(await run(options)).toEqual({ ...NONE, repaired: 50, settledBefore: 200 })
    expect(await stepsPast(database, 'torn', TABLES)).toEqual([1])
  })

  it('a file that is no journal is not written to, and an old one not believed', async () => {
    const resume = join(newFolder(), 'run.jsonl')
    const refusal = (options: ResyncOptions = {}) =>
      run({ schemas: ['public'], resume, ...options }).catch((error: unknown) => error)
    writeFileSync(resume, 'my notes\n')
    expect(await refusal()).toEqual(
      new UsageError(
        `Cannot go on with "${resume}": it is no journal of a run. Nothing was changed. Use another --resume FILE.`,
      ),
    )
    expect(readFileSync(resume, 'utf8')).toBe('my notes\n')
    writeFileSync(resume, '')
    await makeDrifted(database, 'old', TABLES)
    const now = () => new Date('2026-01-02T03:00:00Z')
    await stopped({ schemas: ['old'], resume, now })
    expect(await refusal({ now: () => new Date('2026-01-03T02:59:59Z'), dryRun: true })).toEqual(
      new UsageError(
        'Cannot use --resume with --dry-run: a dry run settles nothing. Use one of them.',
      ),
    )
    expect(await refusal({ now: () => new Date('2026-01-03T03:00:00Z') })).toEqual(
      new UsageError(
        `Cannot go on with "${resume}": the run began 24 hours ago, and what it settled may have fallen behind since. Nothing was changed. Remove the file and run it again.`,
      ),
    )
    appendFileSync(resume, 'x')
    expect(await run({ schemas: ['old'], resume, now })).toEqual({
      ...NONE,
      repaired: 150,
      settledBefore: 100,
    })
  })

  it('a file that cannot be written, or is none, ends the run before anything is changed', async () => {
    const folder = newFolder()
    const refusal = (resume: string) => run({ resume }).catch((error: unknown) => error)
    for (const file of [folder, '/dev/full', '/dev/null']) {
      expect(await refusal(file)).toEqual(
        new UsageError(
          `Cannot go on with "${file}": it is no regular file. Nothing was changed. Use another --resume FILE.`,
        ),
      )
    }
    const nowhere = join(folder, 'no', 'such')
    expect(await refusal(nowhere)).toEqual(
      new UsageError(
        `Cannot begin the journal "${nowhere}": its folder is not there. Nothing was changed. Make the folder, or use another --resume FILE.`,
      ),
    )
    const tooLong = join(folder, 'x'.repeat(300))
    const error = await refusal(tooLong)
    expect(error).toBeInstanceOf(OutputError)
    expect((error as OutputError).message).toMatch(
      /^Cannot open the journal .*ENAMETOOLONG.*\. Nothing was changed\. Use another --resume FILE\.$/,
    )
  })

  it('one that is yet to begin is not believed: it would count for longer than a day', async () => {
    const resume = join(newFolder(), 'run.jsonl')
    await makeDrifted(database, 'future', TABLES)
    const at = (time: string) => ({ schemas: ['future'], resume, now: () => new Date(time) })
    await stopped(at('2026-01-02T03:01:01Z'))
    await expect(run(at('2026-01-02T03:00:00Z'))).rejects.toThrow(
      new UsageError(
        `Cannot go on with "${resume}": by its first line the run begins at 2026-01-02T03:01:01.000Z, which is yet to come. Nothing was changed. Use another --resume FILE.`,
      ),
    )
    // Another machine's clock may be ahead.
    expect(await run(at('2026-01-02T03:00:01Z'))).toEqual({
      ...NONE,
      repaired: 150,
      settledBefore: 100,
    })
  })
})
