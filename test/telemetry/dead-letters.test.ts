import { fork } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDeadLetters, type DeadLetter } from '../../src/tools/telemetry/dead-letters'
import { useFolders } from '../support/folders'
import { ROOT, run, TSX } from '../support/run'

const newFolder = useFolders()

function letter(uid: string, note = 'é'): DeadLetter {
  return { uid, reason: 'no', sqlstate: '22003', at: '2026-11-23T00:00:00.000Z', event: { note } }
}

function uidsIn(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line) => (JSON.parse(line) as DeadLetter).uid)
}

describe('dead letters', () => {
  it('are JSON lines in a file that its owner alone reads, in a folder made for it', async () => {
    const path = join(newFolder(), 'new', 'dead.jsonl')
    const letters = await openDeadLetters(path)
    await letters.keep([letter('a'), letter('b')])
    await letters.close()
    expect(readFileSync(path, 'utf8')).toBe(
      `${JSON.stringify(letter('a'))}\n${JSON.stringify(letter('b'))}\n`,
    )
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('are written once, also by the next process', async () => {
    const path = join(newFolder(), 'dead.jsonl')
    const first = await openDeadLetters(path)
    await first.keep([letter('a'), letter('a'), letter('b')])
    await first.keep([letter('b')])
    await first.close()
    const second = await openDeadLetters(path)
    await second.keep([letter('a'), letter('b'), letter('c')])
    await second.close()
    expect(uidsIn(path)).toEqual(['a', 'b', 'c'])
  })

  it('begin a new line after one that was cut short, whose event is written again', async () => {
    const path = join(newFolder(), 'dead.jsonl')
    const whole = `${JSON.stringify(letter('a'))}\n`
    const torn = JSON.stringify(letter('b')).slice(0, 40)
    writeFileSync(path, whole + torn)
    const letters = await openDeadLetters(path)
    await letters.keep([letter('b'), letter('c')])
    // Cut short by another process, while this one has it open.
    appendFileSync(path, torn)
    await letters.keep([letter('d')])
    await letters.close()
    const lines = readFileSync(path, 'utf8').split('\n')
    expect(lines.filter((line) => line === torn)).toHaveLength(2)
    const read = lines.filter((line) => line !== torn && line !== '')
    expect(read.map((line) => (JSON.parse(line) as DeadLetter).uid)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('of several processes stand in whole lines', async () => {
    const path = join(newFolder(), 'dead.jsonl')
    const script = join(ROOT, 'test/telemetry/support/append-letters.ts')
    const ends = ['p', 'q', 'r'].map((name) => {
      const child = fork(script, [path, name, '200'], { cwd: ROOT, execArgv: ['--import', TSX] })
      return new Promise((resolve) => child.on('exit', resolve))
    })
    expect(await Promise.all(ends)).toEqual([0, 0, 0])
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
    const uids = lines.map((line) => (JSON.parse(line) as DeadLetter).uid)
    expect(new Set(uids).size).toBe(600)
    expect(uids).toHaveLength(600)
  })

  it('whose file cannot be opened are an error that says so', async () => {
    const path = join(newFolder(), 'dead.jsonl')
    mkdirSync(path)
    await expect(openDeadLetters(path)).rejects.toMatchObject({
      code: 'OUTPUT',
      message: `Cannot open the file for dead letters "${path}": EISDIR: illegal operation on a directory, open '${path}'. No event was taken. Use another path for deadLetters.`,
    })
  })

  it.runIf(process.platform === 'linux')(
    'that meet a full disk in the middle of a line are all there once it has room',
    async () => {
      const path = join(newFolder(), 'dead.jsonl')
      // A limit on the size of files ends a write where a full disk would: short.
      const command = `ulimit -f 45; exec '${process.execPath}' --import '${TSX}' test/telemetry/support/append-letters.ts '${path}' p 20`
      const { exitCode, err } = await run('bash', ['-c', command])
      expect([exitCode, err]).toEqual([
        1,
        expect.stringMatching(/\d+ of \d+ bytes could be written to/) as unknown,
      ])
      expect(readFileSync(path).length).toBe(45 * 1024)
      await run(process.execPath, [
        '--import',
        TSX,
        'test/telemetry/support/append-letters.ts',
        path,
        'p',
        '20',
      ])
      const uids = readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line) => {
          try {
            return [(JSON.parse(line) as DeadLetter).uid]
          } catch {
            return []
          }
        })
      expect(uids).toEqual(Array.from({ length: 20 }, (_, at) => `p-${String(at)}`))
    },
  )
})
