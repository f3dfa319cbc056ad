import { describe, expect, it } from 'vitest'
import type { AcceptedEvent } from '../../src/tools/telemetry/accepted-event'
import { backoffMillis } from '../../src/tools/telemetry/backoff'
import { Drain } from '../../src/tools/telemetry/drain'
import { Insistence } from '../../src/tools/telemetry/insistence'
import { NO_MEASUREMENTS } from '../../src/tools/telemetry/measurements'
import { Reporter } from '../../src/tools/telemetry/reporter'
import { Tally } from '../../src/tools/telemetry/tally'
import type { Problem, Recovery } from '../../src/tools/telemetry/writer-events'
import { ArrayQueue } from './support/array-queue'
import { ManualClock, settled } from './support/manual-clock'

/** A drain of batches of 10 after 1,000 ms, whose deliveries last until they are let go. */
function drainOf(left: AcceptedEvent[] = []) {
  const clock = new ManualClock()
  const queue = new ArrayQueue(left)
  const tally = new Tally(NO_MEASUREMENTS)
  tally.accepted = left.length
  const problems: Problem[] = []
  const recoveries: Recovery[] = []
  const reporter = new Reporter(
    { onProblem: (problem) => problems.push(problem), onRecovered: (one) => recoveries.push(one) },
    { log: () => undefined },
  )
  const insistence = new Insistence({
    clock,
    backoff: { baseMillis: 100, capMillis: 30_000 },
    reporter,
    tally,
    queued: () => queue.size,
  })
  const taken: number[] = []
  const held: (() => void)[] = []
  let failures = 0
  const delivery = {
    writing: false,
    async deliver(events: readonly AcceptedEvent[]) {
      taken.push(events.length)
      await insistence.until('write', () => {
        if (failures === 0) return Promise.resolve()
        failures -= 1
        return Promise.reject(Object.assign(new Error('gone'), { code: '57P01' }))
      })
      await new Promise<void>((resolve) => held.push(resolve))
      await queue.settle(events.length)
      tally.add('written', events.length)
    },
  }
  const drain = new Drain(
    { queue, delivery, insistence, reporter, tally, clock },
    { batchSize: 10, delayMillis: 1_000 },
  )
  drain.start()
  return {
    clock,
    drain,
    queue,
    taken,
    problems,
    recoveries,
    fail: (times: number) => {
      failures = times
    },
    record: async (count: number) => {
      for (let at = 0; at < count; at += 1) {
        await queue.append({ uid: String(at), row: {} })
        tally.accepted += 1
        drain.notify()
      }
      await settled()
    },
    letGo: async () => {
      held.shift()?.()
      await settled()
    },
  }
}

describe('a batch is taken', () => {
  it('when the oldest event has waited long enough, and no sooner', async () => {
    const { clock, record, taken } = drainOf()
    await record(1)
    await clock.pass(600)
    await record(2)
    await clock.pass(399)
    expect(taken).toEqual([])
    await clock.pass(1)
    expect(taken).toEqual([3])
  })

  it('at once when it is full', async () => {
    const { record, taken } = drainOf()
    await record(9)
    expect(taken).toEqual([])
    await record(1)
    expect(taken).toEqual([10])
  })

  it('at once of what an earlier run left', async () => {
    const { taken } = drainOf([{ uid: 'left', row: {} }])
    await settled()
    expect(taken).toEqual([1])
  })

  it('beside one that is not settled, never beside two', async () => {
    const { record, taken, letGo, clock } = drainOf()
    await record(35)
    expect(taken).toEqual([10, 10])
    await clock.pass(5_000)
    expect(taken).toEqual([10, 10])
    await letGo()
    expect(taken).toEqual([10, 10, 10])
    await letGo()
    expect(taken).toEqual([10, 10, 10, 5])
  })

  it('when the one before is settled, where something is held up', async () => {
    const { record, taken, letGo, fail, clock } = drainOf()
    fail(1)
    await record(10)
    await record(15)
    expect(taken).toEqual([10])
    await clock.pass(100)
    expect(taken).toEqual([10])
    await letGo()
    expect(taken).toEqual([10, 10])
  })

  it('counting the wait of one that came during another batch from when it came', async () => {
    const { record, taken, letGo, clock } = drainOf()
    await record(10)
    await clock.pass(500)
    await record(1)
    await clock.pass(200)
    await letGo()
    await clock.pass(799)
    expect(taken).toEqual([10])
    await clock.pass(1)
    expect(taken).toEqual([10, 1])
  })
})

describe('a flush', () => {
  it('takes what waits at once, and ends when that is settled, whatever comes later', async () => {
    const { record, taken, letGo, drain } = drainOf()
    await record(3)
    let ended = false
    const flush = drain.flush(Promise.resolve()).then(() => (ended = true))
    await settled()
    expect(taken).toEqual([3])
    await record(4)
    expect(ended).toBe(false)
    await letGo()
    await flush
    expect(taken).toEqual([3, 4])
  })

  it('of nothing ends', async () => {
    const { drain } = drainOf()
    await drain.flush(Promise.resolve())
  })

  it('ends with an error when the writer is stopped before', async () => {
    const { record, drain } = drainOf()
    await record(3)
    const flush = drain.flush(Promise.resolve())
    await settled()
    const stopped = drain.stop()
    await expect(flush).rejects.toMatchObject({
      code: 'WRITER_CLOSED',
      message: 'Cannot flush: the writer was shut down with 3 events not written.',
    })
    void stopped
  })
})

describe('what fails', () => {
  it('is tried again after a wait that doubles, until it succeeds; then the next begins anew', async () => {
    const { record, clock, problems, recoveries, fail } = drainOf()
    fail(12)
    await record(10)
    for (const millis of [
      100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000,
    ]) {
      const before = problems.length
      await clock.pass(millis - 1)
      expect(problems).toHaveLength(before)
      await clock.pass(1)
      expect(problems).toHaveLength(before + 1)
    }
    expect(problems.at(-1)).toMatchObject({
      during: 'write',
      kind: 'connection',
      reason: 'gone (57P01)',
      sqlstate: '57P01',
      attempt: 12,
      nextTryMillis: 30_000,
      queued: 10,
    })
    expect(recoveries).toEqual([])
    await clock.pass(30_000)
    expect(recoveries).toEqual([{ during: 'write', attempts: 12, outageMillis: 141_100 }])
  })

  it('is tried at once when it is hurried, and never again when it is stopped', async () => {
    const { record, drain, problems, fail, clock } = drainOf()
    fail(100)
    await record(10)
    expect(problems).toHaveLength(1)
    drain.hurry()
    await settled()
    expect(problems).toHaveLength(2)
    await drain.stop()
    await clock.pass(100_000)
    expect(problems).toHaveLength(2)
  })

  it('waits at random between nothing and the most', () => {
    const backoff = { baseMillis: 100, capMillis: 30_000 }
    expect(backoffMillis(1, backoff, () => 0)).toBe(0)
    expect(backoffMillis(3, backoff, () => 0.5)).toBe(200)
    expect(backoffMillis(5_000, backoff, () => 1)).toBe(30_000)
  })
})
