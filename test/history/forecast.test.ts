import { describe, expect, it } from 'vitest'
import { forecast } from '../../src/tools/history/forecast'
import type { Point } from '../../src/tools/history/point'
import { verifiedColumn } from '../support/verified-column'

const NOW = new Date('2026-03-11T00:00:00Z')

function daysAgo(
  days: number,
  nextValue: bigint | null,
  columnMax = nextValue && nextValue - 1n,
): Point {
  return { at: new Date(NOW.getTime() - days * 86_400_000), nextValue, columnMax }
}

const column = verifiedColumn({ nextValue: 1_001n, columnMax: 1_000n, end: 2_000n })

describe('a forecast', () => {
  it('goes by the average of the values drawn until now', () => {
    expect(forecast(column, [daysAgo(10, 1n), daysAgo(2, 1_001n)], NOW)).toEqual({
      perDay: 100,
      daysLeft: 10,
      exhaustedAt: new Date('2026-03-21T00:00:00Z'),
    })
  })

  it('of a descending sequence goes down', () => {
    const descending = verifiedColumn({
      nextValue: -1_001n,
      columnMax: -1_000n,
      end: -2_000n,
      increment: -1n,
    })
    expect(forecast(descending, [daysAgo(10, -1n, null)], NOW)).toMatchObject({
      perDay: 100,
      daysLeft: 10,
    })
  })

  it('counts values, not distance, where the sequence goes in steps', () => {
    const steps = verifiedColumn({
      nextValue: 1_001n,
      columnMax: 991n,
      end: 1_999n,
      increment: 10n,
    })
    expect(forecast(steps, [daysAgo(10, 1n, null)], NOW)).toMatchObject({
      perDay: 10,
      daysLeft: 10,
    })
  })

  it('takes no jump of a repair for values drawn', () => {
    const points = [daysAgo(4, 10n, 9n), daysAgo(3, 20n, 900n), daysAgo(2, 901n)]
    // 10 in a day, then the repair, then 100 in two days.
    expect(forecast(column, points, NOW).perDay).toBeCloseTo(110 / 3)
  })

  it('passes over a time in which the sequence went back', () => {
    const points = [daysAgo(3, 5_000n), daysAgo(2, 801n), daysAgo(1, 901n)]
    expect(forecast(column, points, NOW).perDay).toBe(100)
  })

  it('passes over times in which the place was not known, and points of the future', () => {
    const points = [daysAgo(3, 801n), daysAgo(2, null), daysAgo(1, 901n), daysAgo(-1, 9_999n)]
    expect(forecast(column, points, NOW).perDay).toBe(100)
  })

  it('begins past what the column holds where the sequence is behind', () => {
    const behind = verifiedColumn({
      nextValue: 1_001n,
      columnMax: 1_900n,
      end: 2_000n,
      verdict: 'behind',
    })
    expect(forecast(behind, [daysAgo(10, 1n, null)], NOW)).toMatchObject({
      perDay: 100,
      daysLeft: 1,
    })
  })

  it('never comes where nothing is drawn', () => {
    const nothing = { perDay: 0, daysLeft: null, exhaustedAt: null }
    expect(forecast(column, [daysAgo(10, 1_001n)], NOW)).toEqual(nothing)
  })

  it('has no date where that is further away than dates go', () => {
    const far = verifiedColumn({ nextValue: 1_001n, columnMax: 1_000n, end: 2n ** 63n - 1n })
    const { daysLeft, exhaustedAt } = forecast(far, [daysAgo(10, 1n)], NOW)
    expect(daysLeft).toBeGreaterThan(1e15)
    expect(exhaustedAt).toBeNull()
  })

  it('is now where no value is left', () => {
    const full = verifiedColumn({
      nextValue: null,
      columnMax: 2_000n,
      end: 2_000n,
      verdict: 'behind',
    })
    expect(forecast(full, [], NOW)).toEqual({ perDay: null, daysLeft: 0, exhaustedAt: NOW })
  })

  it.each([
    ['without a point', column, []],
    ['over less than an hour', column, [daysAgo(0.04, 1n)]],
    ['of a column that is unknown', verifiedColumn({ verdict: 'unknown' }), [daysAgo(10, 1n)]],
  ])('is not made %s', (_, of, points) => {
    const untold = { perDay: null, daysLeft: null, exhaustedAt: null }
    expect(forecast(of, points, NOW)).toEqual(untold)
  })
})
