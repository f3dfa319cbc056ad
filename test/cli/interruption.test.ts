import { afterEach, describe, expect, it, vi } from 'vitest'
import { interruptible } from '../../src/tools/cli/interruption'

const listeners = () => (['SIGINT', 'SIGTERM'] as const).map((name) => process.listenerCount(name))

afterEach(() => {
  vi.useRealTimers()
})

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (name) => {
  it('aborts the work once; the next one is not ours, but for its echo', async () => {
    vi.useFakeTimers()
    const before = listeners()
    const told: string[] = []
    const result = await interruptible(
      (signal) => {
        process.emit(name)
        process.emit(name)
        told.push(String(signal.aborted))
        vi.advanceTimersByTime(499)
        process.emit(name)
        expect(listeners()).not.toEqual(before)
        vi.advanceTimersByTime(1)
        expect(listeners()).toEqual(before)
        return Promise.resolve('done')
      },
      () => told.push('told'),
    )
    expect(result).toBe('done')
    expect(told).toEqual(['told', 'true'])
  })

  it('its echo ends nothing, though the work has ended meanwhile', async () => {
    vi.useFakeTimers()
    const before = listeners()
    await interruptible(() => {
      process.emit(name)
      return Promise.resolve()
    })
    expect(listeners()).not.toEqual(before)
    vi.advanceTimersByTime(500)
    expect(listeners()).toEqual(before)
  })
})

it('is listened to no longer than the work lasts, however it ends', async () => {
  const before = listeners()
  const failing = interruptible(() => {
    expect(listeners()).not.toEqual(before)
    return Promise.reject(new Error('broken'))
  })
  await expect(failing).rejects.toThrow('broken')
  expect(listeners()).toEqual(before)
})
