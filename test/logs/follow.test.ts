import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { builtBin } from '../../bench/built'
import { useFolders } from '../support/folders'
import { ROOT } from '../support/run'

const newFolder = useFolders()

function entry(constraint: string): string {
  return `2026-11-23 10:00:00.000 UTC [7] ERROR:  duplicate key value violates unique constraint "${constraint}"\n`
}

/** Longer than it takes to look at the files once more. */
const LOOK = 700

async function follow(files: string[], signal: 'SIGINT' | 'SIGTERM', story: () => Promise<void>) {
  const args = [builtBin(), 'logs', '--follow', '--format', 'json', ...files]
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const exited = once(child, 'close')
  while (!err.includes('Following') && child.exitCode === null) await sleep(20)
  await story()
  child.kill(signal)
  const [exitCode] = (await exited) as [number | null]
  const { constraints, ...rest } = JSON.parse(out) as {
    constraints: { constraint: string; count: number }[]
  }
  const counts = Object.fromEntries(constraints.map(({ constraint, count }) => [constraint, count]))
  return { exitCode, err, counts, ...rest }
}

describe('logs --follow', () => {
  it('counts what is written, across a rotation and a truncation, until Ctrl-C', async () => {
    const folder = newFolder()
    const [rotated, truncated] = [join(folder, 'a.log'), join(folder, 'b.log')]
    writeFileSync(rotated, entry('before'))
    writeFileSync(truncated, entry('before').repeat(3))
    const result = await follow([rotated, truncated], 'SIGINT', async () => {
      appendFileSync(rotated, entry('appended').slice(0, 50))
      await sleep(LOOK)
      appendFileSync(rotated, entry('appended').slice(50))
      truncateSync(truncated)
      appendFileSync(truncated, entry('after truncation'))
      await sleep(LOOK)
      renameSync(rotated, `${rotated}.1`)
      await sleep(LOOK)
      // The server goes on with the old file until it opens the new one.
      appendFileSync(`${rotated}.1`, entry('late'))
      writeFileSync(rotated, entry('after rotation').repeat(2))
      await sleep(LOOK)
      appendFileSync(rotated, entry('at the end'))
    })
    expect(result).toMatchObject({
      exitCode: 1,
      err: 'Following 2 files. Ctrl-C prints the result.\n',
      total: 10,
      skipped: 0,
      counts: {
        before: 4,
        appended: 1,
        'after truncation': 1,
        late: 1,
        'after rotation': 2,
        'at the end': 1,
      },
    })
  })

  it('waits for a file that is not there yet, and ends at SIGTERM with nothing found', async () => {
    const file = join(newFolder(), 'later.log')
    const result = await follow([file], 'SIGTERM', async () => {
      writeFileSync(file, '2026-11-23 10:00:00.000 UTC [7] LOG:  starts\n')
      await sleep(LOOK)
    })
    expect(result).toMatchObject({ exitCode: 0, total: 0, lines: 1, skipped: 0 })
  })
})
