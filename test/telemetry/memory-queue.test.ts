import { describe, expect, it } from 'vitest'
import { QueueFullError, WriterClosedError } from '../../src/tools/errors'
import { MemoryQueue } from '../../src/tools/telemetry/memory-queue'
import { event, events, uids } from './support/events'

const FULL =
  'The queue is full: 2 events are not written yet (maxQueueSize). The event was not kept. Wait for some to be written, or raise maxQueueSize.'

describe('the queue in memory', () => {
  it('gives events in order, and counts them until they are settled', async () => {
    const queue = new MemoryQueue({ maxQueueSize: 10, whenFull: 'reject' })
    for (const one of events(5)) await queue.append(one)
    expect(uids(await queue.take(3))).toEqual([0, 1, 2])
    expect(queue.size).toBe(5)
    await queue.settle(2)
    expect(queue.size).toBe(3)
    expect(uids(await queue.take(3))).toEqual([3, 4])
    expect(await queue.take(3)).toEqual([])
    await queue.settle(3)
    expect(queue.size).toBe(0)
  })

  it('refuses an event for which there is no room, also while those before are being written', async () => {
    const queue = new MemoryQueue({ maxQueueSize: 2, whenFull: 'reject' })
    await Promise.all(events(2).map((one) => queue.append(one)))
    await queue.take(2)
    const error = await queue.append(event(2)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(QueueFullError)
    expect(error).toHaveProperty('message', FULL)
    await queue.settle(1)
    await queue.append(event(3))
    expect(uids(await queue.take(9))).toEqual([3])
  })

  it('lets events wait for room, and takes them in the order in which they came', async () => {
    const queue = new MemoryQueue({ maxQueueSize: 2, whenFull: 'block' })
    const kept: number[] = []
    const appended = events(5).map((one, index) => queue.append(one).then(() => kept.push(index)))
    await queue.take(2)
    expect([kept, queue.size]).toEqual([[0, 1], 2])
    await queue.settle(1)
    await queue.take(1)
    expect([kept, queue.size]).toEqual([[0, 1, 2], 2])
    await queue.settle(2)
    expect(uids(await queue.take(2))).toEqual([3, 4])
    await Promise.all(appended)
    expect(kept).toEqual([0, 1, 2, 3, 4])
  })

  it('refuses those that wait when it is closed, and keeps what it has', async () => {
    const queue = new MemoryQueue({ maxQueueSize: 2, whenFull: 'block' })
    const results = Promise.allSettled(events(3).map((one) => queue.append(one)))
    await queue.close()
    expect((await results).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ])
    await expect(queue.append(event(9))).rejects.toBeInstanceOf(WriterClosedError)
    expect(uids(await queue.take(9))).toEqual([0, 1])
  })
})
