import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/tools/errors'
import { isoMoment } from '../../src/tools/logs/moment'
import { scanLogs, type ScanLogsOptions } from '../../src/tools/logs/scan-logs'
import { useFolders } from '../support/folders'
import { ROOT } from '../support/run'

const newFolder = useFolders()
const ENGLISH = readFileSync(join(ROOT, 'test/fixtures/logs/en-15.log'))

function scanned(content: string | Buffer, options: ScanLogsOptions = {}) {
  const file = join(newFolder(), 'x.log')
  writeFileSync(file, content)
  return scanLogs([file], options)
}

function entry(time: string, constraint: string, extra = ''): string {
  return `${time} 23505 ERROR:  duplicate key value violates unique constraint "${constraint}"\n${extra}`
}

const STARTS = '2026-11-23 10:00:00.000 UTC 00000 LOG:  starts\n'

describe('a time', () => {
  it.each([
    ['2026-11-23 10:00:00 UTC', '2026-11-23T10:00:00.000Z', []],
    ['2026-11-23 10:00:00.250 +0530', '2026-11-23T04:30:00.250Z', []],
    ['2026-11-23 10:00:00.250 -03', '2026-11-23T13:00:00.250Z', []],
    ['2026-11-23 10:00:00 CET', '2026-11-23T10:00:00.000', ['CET']],
    ['1795428000.123', '2026-11-23T10:00:00.123Z', []],
  ])('%s is %s', async (time, iso, unknownZones) => {
    const scan = await scanned(STARTS + entry(time, 'a'))
    const first = scan.constraints[0]?.first
    expect(first && isoMoment(first)).toBe(iso)
    expect(scan.unknownZones).toEqual(unknownZones)
  })

  it('before --since does not count', async () => {
    const log =
      STARTS + entry('2026-11-23 10:00:00 UTC', 'a') + entry('2026-11-23 12:00:00 UTC', 'a')
    const now = () => new Date('2026-11-23T13:00:00Z')
    expect(await scanned(log, { now, since: '2h' })).toMatchObject({ total: 1 })
    expect(await scanned(log, { now, since: '1d' })).toMatchObject({ total: 2 })
    expect(await scanned(log, { since: '2026-11-23T12:00:00+01:00' })).toMatchObject({ total: 1 })
    expect(await scanned(log, { since: '2026-11-23 10:00' })).toMatchObject({ total: 2 })
    await expect(scanned(log, { since: 'yesterday' })).rejects.toThrow(
      new UsageError(
        'Cannot use option since "yesterday": expected a time such as 2h, 1d, 2026-11-23 or 2026-11-23T12:00:00Z. Nothing was changed.',
      ),
    )
  })

  it('is counted by the hour, with the first and the last', async () => {
    const times = ['10:10:00', '10:20:00', '12:30:00'].map((time) => `2026-11-23 ${time} UTC`)
    const { constraints } = await scanned(STARTS + times.map((time) => entry(time, 'a')).join(''))
    const at = (time: string) => ({ millis: Date.parse(`2026-11-23T${time}Z`), zone: null })
    expect(constraints).toMatchObject([
      {
        first: at('10:10:00'),
        last: at('12:30:00'),
        hours: [
          { hour: at('10:00:00'), count: 2 },
          { hour: at('12:00:00'), count: 1 },
        ],
      },
    ])
  })
})

describe('an input', () => {
  it('may be gzipped, whatever its name, also one that is cut off', async () => {
    const packed = gzipSync(ENGLISH)
    expect(await scanned(packed)).toMatchObject({ total: 3, skipped: 0 })
    const cut = await scanned(packed.subarray(0, -9))
    expect(cut.files).toMatchObject([{ unreadable: true }])
    const stdin = Readable.from([packed.subarray(0, 1), packed.subarray(1)])
    expect(await scanLogs(['-'], { stdin })).toMatchObject({ total: 3 })
  })

  it('may have the line ends of Windows, or none at its end', async () => {
    const text = ENGLISH.toString()
    expect(await scanned(text.replaceAll('\n', '\r\n'))).toMatchObject({ total: 3, skipped: 0 })
    const last = STARTS + entry('2026-11-23 10:00:00 UTC', 'a').trimEnd()
    expect(await scanned(last)).toMatchObject({ total: 1, lines: 2, skipped: 0 })
  })

  it('that is no log is said, and its lines are counted as skipped', async () => {
    const foreign = async (content: string | Buffer) => {
      const { total, skipped, files } = await scanned(content)
      return { total, skipped, problem: files[0]?.problems[0]?.replace(/^File ".*"/, 'It') }
    }
    expect(await foreign('just\ntext\n')).toEqual({
      total: 0,
      skipped: 2,
      problem: 'It has no line of a PostgreSQL log. Nothing was counted in it.',
    })
    expect(await foreign(Buffer.from([0, 1, 2, 10]))).toEqual({
      total: 0,
      skipped: 1,
      problem: 'It is binary. Nothing was counted in it.',
    })
    const utf16 = Buffer.from(`\ufeff${ENGLISH.toString()}`, 'utf16le')
    expect(await foreign(utf16)).toMatchObject({
      total: 0,
      problem: 'It is in UTF-16. Nothing was counted in it.',
    })
    expect(await foreign('')).toEqual({ total: 0, skipped: 0, problem: undefined })
  })

  it('that cannot be opened does not keep the others from being read', async () => {
    const file = join(newFolder(), 'x.log')
    writeFileSync(file, ENGLISH)
    const scan = await scanLogs([join(file, 'not-there'), newFolder(), file])
    expect(scan).toMatchObject({
      total: 3,
      files: [{ unreadable: true }, { unreadable: true }, { unreadable: false }],
    })
  })

  it('that is cut off in an entry is said', async () => {
    const { total, skipped, files } = await scanned(
      `${STARTS}2026-11-23 10:00:00 UTC 23505 ERROR:  dupl`,
    )
    expect({ total, skipped }).toEqual({ total: 0, skipped: 1 })
    expect(files[0]?.problems[0]).toContain('an entry was cut off (1).')
  })

  it('has lines of many megabytes, with a 23505 before, in and after them', async () => {
    const long = 'x'.repeat(24 << 20)
    const time = '2026-11-23 10:00:00 UTC'
    const log =
      STARTS +
      entry(time, 'a', `${time} 23505 STATEMENT:  insert ${long}\n`) +
      `${time} 00000 LOG:  ${long} 23505 ERROR:  duplicate key\n` +
      entry(time, 'b')
    const scan = await scanned(log)
    expect(scan.constraints.map(({ constraint, count }) => [constraint, count])).toEqual([
      ['a', 1],
      ['b', 1],
    ])
    expect(scan.lines).toBe(5)
  })
})

describe('bytes that look like a 23505', () => {
  it('are none in a pid, a time, a port, a name or a statement', async () => {
    const log = [
      '2026-11-23 10:00:00.000 UTC [23505] app@shop LOG:  23505',
      '2026-11-23 10:00:00.000 UTC [23505] app@shop ERROR:  division by zero',
      '2026-11-23 10:00:00.000 UTC [23505] app@shop STATEMENT:  select 23505 ERROR:  duplicate key value violates unique constraint "x"',
      '\tERROR:  duplicate key value violates unique constraint "y"',
      '2026-11-23 10:00:00.000 UTC [23505] app@shop LOG:  statement: ERROR:  duplicate key value violates unique constraint "z"',
      '2026-11-23 10:00:00.000 UTC [23505] 23505@23505 ERROR:  relation "23505" does not exist',
      '',
    ].join('\n')
    expect(await scanned(log)).toMatchObject({ total: 0, skipped: 0 })
  })

  it('are none in a pid that all lines have', async () => {
    const log = '2026-11-23 10:00:00.000 UTC [23505] ERROR:  division by zero\n'.repeat(3)
    expect(await scanned(log)).toMatchObject({ total: 0, skipped: 0 })
  })

  it('are none where another SQLSTATE stands', async () => {
    const raised = `2026-11-23 10:00:00 UTC P0001 ERROR:  duplicate key value violates unique constraint "x"\n`
    expect(await scanned(raised, { logLinePrefix: '%t %e ' })).toMatchObject({ total: 0 })
  })
})

it('counts a unique index that could not be built, by its SQLSTATE', async () => {
  const log = `${STARTS}2026-11-23 10:00:00 UTC 23505 ERROR:  could not create unique index "i"\n`
  expect(await scanned(log)).toMatchObject({ total: 1, constraints: [{ constraint: 'i' }] })
})
