import { expect, it } from 'vitest'
import { MemoryHistory } from '../../src/tools/history/memory-history'
import { Metrics } from '../../src/tools/monitor/metrics'
import { pageOf, type Pages } from '../../src/tools/monitor/pages'
import type { Verification } from '../../src/tools/sequences/verify'

const CHECKED = new Date('2026-01-01T00:00:00Z')

/** The status of `/healthz`, so many milliseconds after the last check that could be made. */
async function statusAfter(age: number, pages: Partial<Pages> = {}): Promise<number> {
  const page = await pageOf('/healthz', {
    metrics: new Metrics(1),
    history: new MemoryHistory(),
    millis: 1_000,
    last: { checkedAt: CHECKED, columns: [] } as Partial<Verification> as Verification,
    took: 20,
    failure: undefined,
    now: () => new Date(CHECKED.getTime() + age),
    ...pages,
  })
  return page.status
}

it('is well until three intervals have passed, also where the last check failed', async () => {
  expect(await statusAfter(2_999)).toBe(200)
  expect(await statusAfter(2_999, { failure: 'No.' })).toBe(200)
  expect(await statusAfter(3_000)).toBe(503)
})

it('is well beside checks that take longer than the interval', async () => {
  expect(await statusAfter(11_999, { took: 4_000 })).toBe(200)
  expect(await statusAfter(12_000, { took: 4_000 })).toBe(503)
})

it('is not well before the first check', async () => {
  expect(await statusAfter(0, { last: undefined })).toBe(503)
})
