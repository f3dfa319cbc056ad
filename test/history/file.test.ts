import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HistoryFile } from '../../src/tools/history/history-file'
import { readHistory } from '../../src/tools/history/read'
import { useFolders } from '../support/folders'
import { verifiedColumn } from '../support/verified-column'

const newFolder = useFolders()
const USERS = { schema: 'public', table: 'users', column: 'id' }
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))

function check(minute: number, nextValue: bigint | null, table = 'users') {
  const columns = [
    verifiedColumn({ table, nextValue, columnMax: null }),
    verifiedColumn({ table: 'still' }),
  ]
  return { checkedAt: at(minute), columns }
}

const LINE = '{"at":"2026-01-01T00:00:00.000Z","columns":[["public","users","id","1",null]]}\n'

describe('a history file', () => {
  it('has a line for each check that found something new, with the columns that changed', async () => {
    const file = join(newFolder(), 'history')
    const { record } = await opened(file)
    for (const found of [check(0, 9007199254740993n), check(1, 9007199254740993n), check(2, null)])
      await record(found)
    expect(readFileSync(file, 'utf8')).toBe(
      '{"at":"2026-01-01T00:00:00.000Z","columns":[["public","users","id","9007199254740993",null],["public","still","id","11","10"]]}\n' +
        '{"at":"2026-01-01T00:02:00.000Z","columns":[["public","users","id",null,null]]}\n',
    )
    expect((await readHistory(file)).pointsOf(USERS)).toEqual([
      { at: at(0), nextValue: 9007199254740993n, columnMax: null },
      { at: at(2), nextValue: null, columnMax: null },
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('goes on after a line that was torn, which costs that line alone', async () => {
    const file = join(newFolder(), 'history')
    writeFileSync(file, LINE + LINE.slice(0, 40))
    await (await opened(file)).record(check(1, 2n))
    const history = await readHistory(file)
    expect(history.skipped).toBe(1)
    expect(history.pointsOf(USERS).map(({ nextValue }) => nextValue)).toEqual([1n, 2n])
  })

  it('passes over lines that are broken or hostile, and counts them', async () => {
    const file = join(newFolder(), 'history')
    const hostile = [
      '',
      'null',
      '[]',
      '{"at":"never","columns":[]}',
      '{"at":"2026-01-01T00:00:00Z","columns":[["a","b","c","1e9",null]]}',
      '{"at":"2026-01-01T00:00:00Z","columns":[["a","b","c",1,2]]}',
      '{"at":"2026-01-01T00:00:00Z","columns":[{"__proto__":1}]}',
      '\u0000',
      '['.repeat(100_000),
    ]
    writeFileSync(file, `${hostile.join('\n')}\n${LINE}`)
    const history = await readHistory(file)
    expect(history.skipped).toBe(hostile.length)
    expect(history.pointsOf(USERS)).toHaveLength(1)
  })

  it('passes over a line that is longer than memory should hold', async () => {
    const file = join(newFolder(), 'history')
    for (let part = 0; part < 20; part += 1) appendFileSync(file, 'x'.repeat(2 ** 20))
    appendFileSync(file, `\n${LINE}`)
    const history = await readHistory(file)
    expect([history.skipped, history.pointsOf(USERS).length]).toEqual([1, 1])
  })

  it('is compacted as it grows, and loses no column', async () => {
    const file = join(newFolder(), 'history')
    const { record } = await opened(file, 4_000)
    for (let minute = 0; minute < 1_000; minute += 1) await record(check(minute, BigInt(minute)))
    expect(statSync(file).size).toBeLessThan(50_000)
    const history = await readHistory(file)
    expect(history.skipped).toBe(0)
    expect(history.pointsOf(USERS).at(0)?.at).toEqual(at(0))
    expect(history.pointsOf(USERS).at(-1)?.at).toEqual(at(999))
    expect(history.pointsOf({ ...USERS, table: 'still' }).length).toBeGreaterThan(0)
    expect(readdirSync(join(file, '..'))).toEqual(['history'])
  })

  it('in a folder that does not exist says so', async () => {
    const file = join(newFolder(), 'none/history')
    await expect(HistoryFile.open(file)).rejects.toThrow(
      `Cannot write the history "${file}": there is no such folder. Use another --history FILE.`,
    )
    await expect(readHistory(file)).rejects.toThrow(
      `Cannot read the history "${file}": there is no such file. Run: typeorm-resync watch --history FILE, which writes one.`,
    )
  })
})

async function opened(file: string, small?: number) {
  const opened = await HistoryFile.open(file, {}, small)
  return { record: (found: ReturnType<typeof check>) => opened.record(found) }
}
