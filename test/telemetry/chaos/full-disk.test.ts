import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Problem, TelemetryWriter } from 'typeorm-resync'
import { useFolders } from '../../support/folders'
import { until } from '../support/until'
import { useAway } from './away'
import { chaosEvent, isPoison, readLetters, storyEvent } from './story'
import { NO_DISK, useTinyDisks } from './tiny-disk'

const away = useAway()
const newDisk = useTinyDisks()
const newFolder = useFolders()

const EVENTS = 2_000

/** Waits until the writer accepts no more, though more are offered. */
async function stuck(writer: TelemetryWriter): Promise<number> {
  for (let before = 0; ;) {
    await sleep(500)
    const { accepted } = writer.stats()
    if (accepted > 0 && accepted === before) return accepted
    before = accepted
  }
}

describe.skipIf(NO_DISK)(`on a disk that is full${NO_DISK ? ` (${NO_DISK})` : ''}`, () => {
  it.each([
    ['the server is back', 'the spool alone'],
    ['somebody makes some, though the server is away', 'another file'],
  ])('record() waits for room, and goes on when %s: %s had filled it', async (_, filled) => {
    const disk = newDisk(512)
    const spool = join(disk.path, 'spool')
    const writer = await away.newWriter({ spool })
    const uids = new Set([await writer.record(chaosEvent('run-1', 0))])
    await away.gate.shut()
    if (filled === 'another file') disk.fill()
    const records = Array.from({ length: EVENTS - 1 }, (__, n) =>
      writer.record(chaosEvent('run-1', n + 1)),
    )
    const accepted = await stuck(writer)
    expect(accepted).toBeLessThan(EVENTS)
    if (filled === 'another file') {
      disk.empty()
      await until(() => writer.stats().accepted > accepted)
    }
    await away.gate.open()
    for (const uid of await Promise.all(records)) uids.add(uid)
    await writer.flush()
    const written = await away.written()
    expect(written.uids).toEqual(uids)
    expect(written.rows).toBe(EVENTS)
    expect(written.summed).toBe(written.failures)
    expect(writer.stats()).toMatchObject({ accepted: EVENTS, rejected: 0, corrupt: 0, queued: 0 })
    await writer.shutdown()
  })

  it('poison events wait for room among the dead letters, also in the spool for the next process', async () => {
    const disk = newDisk(64)
    const deadLetters = join(disk.path, 'dead-letters.jsonl')
    const problems: Problem[] = []
    const options = {
      spool: newFolder(),
      deadLetters,
      onProblem: (problem: Problem) => problems.push(problem),
    }
    const writer = await away.newWriter(options)
    await away.gate.shut()
    disk.fill()
    const numbers = Array.from({ length: EVENTS }, (_, n) => n)
    const uids = await Promise.all(numbers.map((n) => writer.record(storyEvent('run-1', n))))
    await away.gate.open()
    await until(() => problems.some(({ during }) => during === 'dead letters'))
    expect(problems.find(({ during }) => during === 'dead letters')).toMatchObject({ kind: 'disk' })
    await writer.shutdown({ timeoutMillis: 200 })
    expect(writer.stats().queued).toBeGreaterThan(0)

    const next = await away.newWriter(options)
    const flushed = next.flush()
    await sleep(500)
    disk.empty()
    await flushed
    const written = await away.written()
    const poison = uids.filter((_, n) => isPoison(n))
    // Two batches are under way at once.
    expect(readLetters(deadLetters).toSorted()).toEqual(poison.toSorted())
    expect(written.uids).toEqual(new Set(uids.filter((_, n) => !isPoison(n))))
    expect(written.rows + poison.length).toBe(EVENTS)
    expect(written.summed).toBe(written.failures)
    await next.shutdown()
  })
})
