import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { builtBin } from '../../bench/built'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { makeDrifted, stepsPast } from '../support/drifted'
import { useFolders } from '../support/folders'
import { ROOT } from '../support/run'

const database = useDatabase()
const newFolder = useFolders()

/** Eight batches of repairs. */
const TABLES = 800

/** How many batches the journal has; -1 where there is none yet. */
function batches(journal: string): number {
  return existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length - 2 : -1
}

/** Runs apply in a process of its own, and kills it once the journal has so many batches. */
async function killedAt(least: number, args: readonly string[], journal: string) {
  const child = spawn(process.execPath, [builtBin(), ...args], { cwd: ROOT, stdio: 'ignore' })
  const exited = once(child, 'exit')
  while (child.exitCode === null && batches(journal) < least) await sleep(1)
  child.kill('SIGKILL')
  const [, signal] = (await exited) as [number | null, NodeJS.Signals | null]
  return signal
}

/** Where every sequence stands. */
function positions(schema: string) {
  return database.query(
    `select sequencename, last_value from pg_sequences where schemaname = '${schema}' order by 1`,
  )
}

it('killed at any point and resumed, it comes to the end of an undisturbed run', async () => {
  for (const schema of ['killed', 'undisturbed']) await makeDrifted(database, schema, TABLES)
  const args = (schema: string) => ['apply', '--url', database.url, '--schema', schema]
  expect((await resync(args('undisturbed'))).exitCode).toBe(0)

  const journal = join(newFolder(), 'run.jsonl')
  const resumed = [...args('killed'), '--jobs', '1', '--resume', journal]
  const signals: unknown[] = []
  for (const least of [-1, 0, 1, 2, 4, 6]) signals.push(await killedAt(least, resumed, journal))
  expect(signals).toEqual(signals.map(() => 'SIGKILL'))

  const before = batches(journal)
  expect(before).toBeGreaterThanOrEqual(6)
  const { exitCode, out } = await resync(resumed)
  expect(exitCode).toBe(0)
  expect(out).toMatch(new RegExp(` refused\\. ${String(before * 100)} were settled before\\.$`))
  expect(existsSync(journal)).toBe(false)
  expect(await positions('killed')).toEqual(await positions('undisturbed'))
  expect(await stepsPast(database, 'killed', TABLES)).toEqual([1])
})

it('killed while it draws and resumed at once, it draws nothing twice', async () => {
  await database.query(
    'create schema large; create table large.t (id bigserial primary key); insert into large.t values (900000)',
  )
  const journal = join(newFolder(), 'run.jsonl')
  const args = ['apply', '--url', database.url, '--schema', 'large', '--resume', journal]
  const child = spawn(process.execPath, [builtBin(), ...args], { cwd: ROOT, stdio: 'ignore' })
  const exited = once(child, 'exit')
  const drawn = async () => {
    const [row] = await database.query<{ drawn: string | null }>(
      `select pg_sequence_last_value('large.t_id_seq')::text as drawn`,
    )
    return Number(row?.drawn ?? 0)
  }
  while (child.exitCode === null && (await drawn()) === 0) await sleep(1)
  child.kill('SIGKILL')
  await exited
  expect((await resync(args)).exitCode).toBe(0)
  expect(await database.nextId('large.t')).toBe('900001')
})
