import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AcceptedEvent } from '../../src/tools/telemetry/accepted-event'
import { writeAround } from '../../src/tools/telemetry/bisect'
import { failureKind } from '../../src/tools/telemetry/failure-kind'

function eventsOf(size: number): AcceptedEvent[] {
  return Array.from({ length: size }, (_, at) => ({ uid: String(at), row: {} }))
}

/** Writes nothing: refuses a part as a server does that finds one of `poison` in it, and at `failing`, a call, is not there. */
async function halve(size: number, poison: ReadonlySet<number>, failing = Infinity) {
  const written: string[] = []
  let calls = 0
  const progress = await writeAround(
    eventsOf(size),
    (part) => {
      calls += 1
      if (calls === failing) return refusal('57P01')
      if (part.some(({ uid }) => poison.has(Number(uid)))) return refusal('22003')
      written.push(...part.map(({ uid }) => uid))
      return Promise.resolve({ inserted: part.length })
    },
    (error) => Promise.resolve(failureKind(error)),
  )
  return { progress, written, calls }
}

function refusal(code: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(code), { code }))
}

const poisoned = fc
  .integer({ min: 1, max: 300 })
  .chain((size) => fc.tuple(fc.constant(size), fc.uniqueArray(fc.nat(size - 1))))

describe('halving', () => {
  it('writes all but the poison, in order, for k among n at most 1 + 2k·⌈log2 n⌉ writes, never more than 2n − 1', async () => {
    await fc.assert(
      fc.asyncProperty(poisoned, async ([size, places]) => {
        const poison = new Set(places)
        const { progress, written, calls } = await halve(size, poison)
        const good = eventsOf(size).filter(({ uid }) => !poison.has(Number(uid)))
        expect(written).toEqual(good.map(({ uid }) => uid))
        expect(progress.poison.map(({ event }) => Number(event.uid))).toEqual(
          places.toSorted((a, b) => a - b),
        )
        expect(progress).toMatchObject({ done: size, written: good.length, inserted: good.length })
        expect(progress.stopped).toBeUndefined()
        expect(calls).toBeLessThanOrEqual(2 * size - 1)
        expect(calls).toBeLessThanOrEqual(1 + 2 * poison.size * Math.ceil(Math.log2(size)))
      }),
    )
  })

  it('stopped by a lost connection says how far it came, counted from the first', async () => {
    await fc.assert(
      fc.asyncProperty(
        poisoned,
        fc.integer({ min: 1, max: 50 }),
        async ([size, places], failing) => {
          const { progress, written } = await halve(size, new Set(places), failing)
          const ended = [...written, ...progress.poison.map(({ event }) => event.uid)].map(Number)
          expect(ended.toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: progress.done }, (_, at) => at),
          )
          expect(progress.done === size || progress.stopped?.kind === 'connection').toBe(true)
        },
      ),
    )
  })

  it('finds one poison row among 2,000 in 23 writes', async () => {
    expect((await halve(2_000, new Set([777]))).calls).toBe(23)
  })
})
