import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeTables } from '../../../bench/drift/run'
import { useDatabase } from '../../support/database'
import { useFolders } from '../../support/folders'
import { killWriter, startWriter, type Way } from './killing'
import { readLetters, readWritten, REFUSAL } from './story'

/** How many processes are killed; the nightly script kills more. */
const KILLS = Number(process.env.CHAOS_KILLS ?? 20)

const database = useDatabase()
const newFolder = useFolders()

beforeAll(async () => {
  await makeTables(database.url)
  await database.query(REFUSAL)
})

/** Returns the uids that the processes wrote down. A kill may have come before the first. */
function acknowledgedIn(folder: string): { good: string[]; poison: string[] } {
  const lines = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1),
  )
  const ending = (kind: string) =>
    lines.filter((line) => line.endsWith(` ${kind}`)).map((line) => line.slice(0, 36))
  return { good: ending('good'), poison: ending('poison') }
}

describe('a writer with a spool', () => {
  it(
    `that is killed with -9 ${String(KILLS)} times at random points loses no event that it accepted, and writes or dead-letters each once`,
    async () => {
      const spool = newFolder()
      const folder = newFolder()
      const argsOf = (name: string, events: number) => ({
        url: database.url,
        spool,
        acknowledged: join(folder, name),
        run: `run-${name}`,
        events,
      })
      const ways: Way[] = []
      while (ways.length < KILLS) {
        // Now and then two live at once, and each may find what others left.
        const together = KILLS - ways.length > 1 && randomInt(4) === 0 ? [1, 2] : [1]
        const names = together.map((nth) => String(ways.length + nth))
        ways.push(...(await Promise.all(names.map((name) => killWriter(argsOf(name, 1_000_000))))))
      }
      const { out, ...end } = await startWriter(argsOf('last', 10)).closed
      expect(end).toEqual({ code: 0, signal: null })
      expect(JSON.parse(out.replace('ready\n', ''))).toMatchObject({ queued: 0, corrupt: 0 })
      const left = readdirSync(spool, { recursive: true, encoding: 'utf8' })
      expect(left.filter((name) => name.endsWith('.log'))).toEqual([])

      const written = await readWritten((sql) => database.query(sql))
      const { good, poison } = acknowledgedIn(folder)
      const letters = readLetters(join(spool, 'dead-letters.jsonl'))
      expect(good.length).toBeGreaterThan(KILLS)
      expect(good.filter((uid) => !written.uids.has(uid))).toEqual([])
      expect(poison.filter((uid) => !letters.includes(uid))).toEqual([])
      expect(letters).toHaveLength(new Set(letters).size)
      expect(letters.filter((uid) => written.uids.has(uid))).toEqual([])
      expect(written.rows).toBe(written.uids.size)
      expect(written.summed).toBe(written.failures)
      expect(written.detections).toBe(written.detectable)
      const count = (of: Way) => `${String(ways.filter((way) => way === of).length)} ${of}`
      process.stdout.write(
        `${String(KILLS)} kills (${[...new Set(ways)].map(count).join(', ')}): ${String(good.length)} + ${String(poison.length)} poison acknowledged, ${String(written.rows)} rows + ${String(letters.length)} dead letters\n`,
      )
    },
    60_000 + KILLS * 10_000,
  )
})
