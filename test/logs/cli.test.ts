import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtBin } from '../../bench/built'
import { resync } from '../support/cli'
import { useFolders } from '../support/folders'
import { ROOT } from '../support/run'

const newFolder = useFolders()
const LOG = join(ROOT, 'test/fixtures/logs/en-15.log')

function written(text: string): string {
  const file = join(newFolder(), 'x.log')
  writeFileSync(file, text)
  return file
}

function bin(args: string[], input: string | Buffer) {
  return spawnSync(process.execPath, [builtBin(), ...args], { cwd: ROOT, input, encoding: 'utf8' })
}

const NO_TABLES =
  'A log names no tables. With --url or --data-source you see which constraints a sequence feeds.'

describe('logs', () => {
  it('prints a table, and asks no database, whatever DATABASE_URL says', async () => {
    const day = '2026-11-23'
    const entries = ['10:10', '10:20', '11:05', '11:10', '11:59'].map(
      (time) =>
        `${day} ${time}:00.000 UTC 23505 app=web ERROR:  duplicate key value violates unique constraint "users_pkey"\n` +
        `${day} ${time}:00.000 UTC 23505 app=web DETAIL:  Key (id)=(7) already exists.\n` +
        `${day} ${time}:00.000 UTC 23505 app=web STATEMENT:  insert into users values (7, 'secret')\n`,
    )
    const log = `${day} 10:00:00.000 UTC 00000 app= LOG:  starts\n${entries.join('')}`
    const ran = await resync(['logs', written(log)], {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    })
    expect(ran).toEqual({
      exitCode: 1,
      err: NO_TABLES,
      out: `CONSTRAINT  COUNT  FIRST             LAST              12 HOURS
users_pkey      5  2026-11-23 10:10  2026-11-23 11:59  ··········▆█

users_pkey: table unknown
  3 in the last hour that has any, 2 in the one before
  by application: web 5
  Key (id)=(…) already exists.
  insert into users values (…, …)

5 × 23505 in 16 lines of 1 file, 0 skipped.`,
    })
  })

  it('is no wider than 80 columns, and lets no name steer the terminal', async () => {
    const name = `${'long_'.repeat(12)}\u001b[31m`
    const text = readFileSync(LOG, 'utf8').replaceAll('users_pkey', name)
    const ran = await resync(['logs', written(text)])
    const [table = ''] = ran.out.split('\n\n')
    expect(table.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(ran.out).not.toContain('\u001b')
    expect(ran.out).toContain('\\u001b[31m')
  })

  it('prints JSON with the fields that others script against', async () => {
    const ran = await resync(['logs', LOG, '--format', 'json'])
    expect(ran.exitCode).toBe(1)
    expect(JSON.parse(ran.out)).toMatchObject({
      total: 3,
      constraints: [
        {
          constraint: 'users_pkey',
          table: null,
          kind: 'unknown',
          count: 2,
          first: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
          last: expect.stringMatching(/Z$/) as string,
        },
        { constraint: 'users_email_key', count: 1 },
      ],
      lines: 16,
      skipped: 0,
    })
  })

  it('reads standard input in a process of its own', () => {
    const ran = bin(['logs', '-', '--format', 'json'], readFileSync(LOG))
    expect(ran).toMatchObject({ status: 1, stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ total: 3, files: [{ file: '-' }] })
  })

  it('exits 0 where there is none, and 2 where a file cannot be read, with what the others held', async () => {
    const none = await resync(['logs', written('2026-11-23 10:00:00.000 UTC [1] LOG:  starts\n')])
    expect(none).toEqual({
      exitCode: 0,
      out: '0 × 23505 in 1 line of 1 file, 0 skipped.',
      err: '',
    })
    const missing = await resync(['logs', 'not-there.log', LOG])
    expect(missing.exitCode).toBe(2)
    expect(missing.out).toContain('3 × 23505 in 16 lines of 2 files')
    expect(missing.err).toBe(
      `Cannot read file "not-there.log": ENOENT: no such file or directory, open 'not-there.log'.\n${NO_TABLES}`,
    )
  })

  it('says what is wrong with its options', async () => {
    const err = async (...args: string[]) => {
      const ran = await resync(['logs', ...args])
      expect(ran.exitCode).toBe(2)
      return ran.err
    }
    expect(await err('--since', 'noon', LOG)).toBe(
      'Cannot use --since "noon": expected a time such as 2h, 1d, 2026-11-23 or 2026-11-23T12:00:00Z. Nothing was changed.',
    )
    expect(await err('-', '-')).toBe('Cannot read standard input twice. Name - once.')
    expect(await err('-', '--follow')).toBe(
      'Cannot follow standard input: it is read to its end anyway. Leave out --follow.',
    )
  })

  it('says that a time zone is not known', async () => {
    const text = readFileSync(LOG, 'utf8').replaceAll(' UTC ', ' CET ')
    const ran = await resync(['logs', written(text)])
    expect(ran.err).toBe(
      `Times are as the log has them: the offset of CET is not known. For exact ones set log_timezone to UTC.\n${NO_TABLES}`,
    )
  })
})
