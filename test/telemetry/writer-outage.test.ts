import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeadLetter } from '../../src/tools/telemetry/dead-letters'
import type { Problem, Recovery } from '../../src/tools/telemetry/writer-events'
import { useFolders } from '../support/folders'
import { useOwnServer } from '../support/own-server'
import { query } from '../support/query'
import { useGate } from './support/gate'
import { useRig } from './support/rig'
import { EVENTS } from './support/test-events'
import { until } from './support/until'

const server = useOwnServer()
const newFolder = useFolders()
const gate = useGate(() => server.current().url)
const rig = useRig(() => gate.url())

const MOST_ENDED = 100
const TERMINATE = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'writer'`

function ask(sql: string): Promise<unknown[]> {
  return query(server.current().url, sql)
}

beforeAll(async () => {
  await gate.open()
  await ask(EVENTS)
})
beforeEach(() => ask('truncate events restart identity'))

describe('accepted events outlive', () => {
  it('a server that is not there at first, and comes', async () => {
    const problems: Problem[] = []
    const recoveries: Recovery[] = []
    const { writer } = await rig({
      onProblem: (problem) => problems.push(problem),
      onRecovered: (recovery) => recoveries.push(recovery),
    })
    await gate.shut()
    await Promise.all(Array.from({ length: 50 }, (_, n) => writer.record({ n: n + 100 })))
    await until(() => problems.length >= 3)
    expect(problems[0]).toMatchObject({
      during: 'write',
      kind: 'connection',
      attempt: 1,
      queued: 50,
    })
    expect(writer.stats()).toMatchObject({ accepted: 50, written: 0, queued: 50 })
    await gate.open()
    await writer.flush()
    expect(await ask('select count(*)::int from events')).toEqual([{ count: 50 }])
    expect(recoveries).toEqual([
      expect.objectContaining({ during: 'write', attempts: problems.length }),
    ])
    await writer.shutdown()
  })

  it('sessions that are ended at random, poison among them, each event once', async () => {
    const deadLetters = join(newFolder(), 'dead.jsonl')
    const { writer } = await rig({ deadLetters, maxBatchSize: 50, maxQueueSize: 500 })
    const records = Array.from({ length: 2_000 }, (_, at) =>
      writer.record({ n: at + 100, label: at % 97 === 0 ? 'a\0b' : 'good' }),
    )
    const over = new AbortController()
    let ended = 0
    const terminating = (async () => {
      // Not without end: where it takes longer to connect than to be ended, nothing would ever be written.
      while (!over.signal.aborted && ended < MOST_ENDED) {
        ended += (await ask(TERMINATE)).length
        await sleep(20 * Math.random())
      }
    })()
    await Promise.all(records)
    await writer.flush()
    over.abort()
    await terminating
    const poison = Math.ceil(2_000 / 97)
    expect(
      await ask('select count(*)::int, count(distinct event_uid)::int as uids from events'),
    ).toEqual([{ count: 2_000 - poison, uids: 2_000 - poison }])
    const lines = readFileSync(deadLetters, 'utf8').split('\n').slice(0, -1)
    const uids = lines.map((line) => (JSON.parse(line) as DeadLetter).uid)
    expect([uids.length, new Set(uids).size]).toEqual([poison, poison])
    const { written, alreadyThere, ...stats } = writer.stats()
    expect(stats).toMatchObject({ accepted: 2_000, deadLettered: poison, queued: 0 })
    expect(written + alreadyThere).toBe(2_000 - poison)
    expect(ended).toBeGreaterThan(3)
    await writer.shutdown()
  })

  it('a server that is killed and recovers while they are written', async () => {
    const { writer } = await rig({ maxBatchSize: 20, maxQueueSize: 100 })
    const records = Array.from({ length: 2_000 }, (_, at) => writer.record({ n: at + 100 }))
    await until(() => writer.stats().written > 200)
    await server.crash()
    await Promise.all(records)
    await writer.flush()
    expect(await ask('select count(*)::int from events')).toEqual([{ count: 2_000 }])
    expect(writer.stats()).toMatchObject({ accepted: 2_000, queued: 0, deadLettered: 0 })
    await writer.shutdown()
  })
})
