import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeTables } from '../../../bench/drift/run'
import { useDatabase } from '../../support/database'
import { useFolders } from '../../support/folders'
import { run, ROOT, TSX } from '../../support/run'
import { readWritten } from './story'

/** How many processes are killed; the nightly script kills more. */
const KILLS = Number(process.env.CHAOS_KILLS ?? 20)
const SCRIPT = join(ROOT, 'test/telemetry/chaos/writer-process.ts')

const database = useDatabase()
const newFolder = useFolders()

beforeAll(() => makeTables(database.url))

function size(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

/** Starts a writer, lets it accept some events, and kills it; at any point of what it does. */
async function killOne(args: readonly string[], acknowledged: string): Promise<void> {
  const before = size(acknowledged)
  const child = spawn(process.execPath, ['--import', TSX, SCRIPT, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const closed = once(child, 'close')
  while (size(acknowledged) === before && child.exitCode === null) await sleep(5)
  expect(child.exitCode).toBeNull()
  await sleep(randomInt(0, 250))
  child.kill('SIGKILL')
  expect(await closed).toEqual([null, 'SIGKILL'])
}

describe('a writer with a spool', () => {
  it(
    `that is killed with -9 ${String(KILLS)} times at random points loses no event that it accepted, and writes each once`,
    async () => {
      const spool = newFolder()
      const acknowledged = join(newFolder(), 'acknowledged')
      for (let kill = 1; kill <= KILLS; kill += 1) {
        await killOne(
          [database.url, spool, acknowledged, `run-${String(kill)}`, '1000000'],
          acknowledged,
        )
      }
      const ended = await run(
        process.execPath,
        ['--import', TSX, SCRIPT, database.url, spool, acknowledged, 'run-last', '10'],
        { cwd: ROOT },
      )
      expect(ended).toMatchObject({ exitCode: 0, err: '' })
      expect(JSON.parse(ended.out)).toMatchObject({ queued: 0, corrupt: 0, deadLettered: 0 })

      const written = await readWritten((sql) => database.query(sql))
      const accepted = readFileSync(acknowledged, 'utf8').trim().split('\n')
      expect(accepted.length).toBeGreaterThan(KILLS)
      expect(accepted.filter((uid) => !written.uids.has(uid))).toEqual([])
      expect(written.rows).toBe(written.uids.size)
      expect(written.summed).toBe(written.failures)
      expect(written.detections).toBe(written.detectable)
      process.stdout.write(
        `${String(KILLS)} kills: ${String(accepted.length)} acknowledged, ${String(written.rows)} rows\n`,
      )
    },
    60_000 + KILLS * 10_000,
  )
})
