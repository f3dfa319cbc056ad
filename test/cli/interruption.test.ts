import { describe, expect, it } from 'vitest'
import { interruptible } from '../../src/tools/cli/interruption'

const listeners = () => (['SIGINT', 'SIGTERM'] as const).map((name) => process.listenerCount(name))

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (name) => {
  it('aborts the work once; the next one is not ours', async () => {
    const before = listeners()
    const told: string[] = []
    const result = await interruptible(
      (signal) => {
        process.emit(name)
        told.push(String(signal.aborted), String(listeners()))
        return Promise.resolve('done')
      },
      () => told.push('told'),
    )
    expect(result).toBe('done')
    expect(told).toEqual(['told', 'true', String(before)])
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
