import { describe, expect, it } from 'vitest'
import { MemoryHistory } from '../../src/tools/history/memory-history'
import { verifiedColumn } from '../support/verified-column'

const USERS = { schema: 'public', table: 'users', column: 'id' }
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))

function recorded(history: MemoryHistory, values: readonly (readonly [number, bigint])[]): void {
  for (const [minute, nextValue] of values) {
    history.record(at(minute), [verifiedColumn({ nextValue, columnMax: null })])
  }
}

function minutes(history: MemoryHistory): number[] {
  return history.pointsOf(USERS).map((point) => (point.at.getTime() - at(0).getTime()) / 60_000)
}

describe('a history in memory', () => {
  it('keeps changes, and of what did not change the first and the last', () => {
    const history = new MemoryHistory()
    recorded(history, [
      [0, 1n],
      [1, 1n],
      [2, 1n],
      [3, 1n],
      [4, 2n],
      [5, 3n],
      [6, 3n],
    ])
    expect(minutes(history)).toEqual([0, 3, 4, 5, 6])
  })

  it('knows nothing of a column that it was not told of', () => {
    expect(new MemoryHistory().pointsOf(USERS)).toEqual([])
  })

  it('keeps points in the order of time though the clock was set back', () => {
    const history = new MemoryHistory()
    recorded(history, [
      [5, 1n],
      [6, 2n],
      [3, 3n],
      [7, 4n],
    ])
    expect(minutes(history)).toEqual([3, 5, 6, 7])
  })

  it('returns the columns that changed', () => {
    const history = new MemoryHistory()
    const columns = [verifiedColumn(), verifiedColumn({ table: 'orders' })]
    expect(history.record(at(0), columns)).toHaveLength(2)
    const moved = [verifiedColumn(), verifiedColumn({ table: 'orders', nextValue: 12n })]
    expect(history.record(at(1), moved)).toEqual([
      {
        column: { schema: 'public', table: 'orders', column: 'id' },
        point: { at: at(1), nextValue: 12n, columnMax: 10n },
      },
    ])
  })

  it('holds 200 points of 10,000, from the first to the last, the old ones sparse', () => {
    const history = new MemoryHistory()
    recorded(
      history,
      Array.from({ length: 10_000 }, (_, minute) => [minute, BigInt(minute)]),
    )
    const kept = minutes(history)
    expect(kept).toHaveLength(200)
    expect([kept[0], kept.at(-1)]).toEqual([0, 9_999])
    const widths = kept.slice(1).map((minute, index) => minute - (kept[index] ?? 0))
    const mean = (of: readonly number[]) => of.reduce((sum, one) => sum + one) / of.length
    expect(mean(widths.slice(0, 50))).toBeGreaterThan(10 * mean(widths.slice(-50)))
  })

  it('keeps the point where a sequence went back, however much comes after it', () => {
    const history = new MemoryHistory({ pointsPerColumn: 20 })
    recorded(history, [
      [0, 500n],
      [1, 900n],
      [2, 1n],
    ])
    recorded(
      history,
      Array.from({ length: 500 }, (_, n) => [n + 3, BigInt(n + 2)]),
    )
    const values = history.pointsOf(USERS).map(({ nextValue }) => nextValue)
    expect(values).toHaveLength(20)
    expect(values.slice(0, 3)).toEqual([500n, 900n, 1n])
  })

  it('forgets the columns that it has not seen for longest', () => {
    const history = new MemoryHistory({ columns: 2 })
    for (const table of ['one', 'users', 'one', 'three']) {
      history.record(at(0), [verifiedColumn({ table })])
    }
    expect(history.pointsOf(USERS)).toEqual([])
    expect(history.pointsOf({ ...USERS, table: 'one' })).toHaveLength(2)
  })

  it('shares its room among many columns, with ten points for each', () => {
    const history = new MemoryHistory({ points: 60 })
    for (let minute = 0; minute < 40; minute += 1) {
      const columns = ['a', 'b', 'c', 'd'].map((table) =>
        verifiedColumn({ table, nextValue: BigInt(minute) }),
      )
      history.record(at(minute), columns)
    }
    expect([...history.all()]).toHaveLength(60)
  })
})
