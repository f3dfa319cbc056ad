import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SequenceColumn } from '../../src/tools/catalog/sequence-column'
import type { CatalogSequence, SequencePosition } from '../../src/tools/catalog/sequences'
import { judgeReading, type Reading } from '../../src/tools/cutover/compared'
import { matchSequences } from '../../src/tools/cutover/match'
import { ownColumns } from '../../src/tools/cutover/own-columns'
import { planRaise } from '../../src/tools/cutover/plan-raise'
import type { VerifiedColumn } from '../../src/tools/sequences/verify'

const RIGHTS = {
  readSequence: true,
  drawSequence: true,
  setSequence: true,
  ownSequence: true,
  closedSchemas: [],
}

function sequence(name: string, definition: Partial<CatalogSequence> = {}): CatalogSequence {
  return {
    oid: name,
    schema: 'shop',
    name,
    owner: 'app',
    owned: false,
    increment: 1n,
    minValue: -(2n ** 63n),
    maxValue: 2n ** 63n - 1n,
    cache: 1n,
    cycle: false,
    rights: RIGHTS,
    ...definition,
  }
}

function column(table: string, of: CatalogSequence | null): SequenceColumn {
  return {
    schema: 'shop',
    table,
    column: 'id',
    type: 'int8',
    binding: 'default',
    partitioned: false,
    coveredByParent: false,
    computedDefault: of ? null : 'f()',
    sequence: of,
    owns: [],
    rights: { ...RIGHTS, readColumn: true, rowsHidden: false },
  }
}

function verified(of: SequenceColumn): VerifiedColumn {
  return { ...of, verdict: 'ok', nextValue: 4n, gap: 0n, reason: null } as VerifiedColumn
}

const all = { tablesOnly: false }

/** The names of what was matched with what. */
function matched(
  target: { columns: SequenceColumn[]; sequences: CatalogSequence[] },
  source: { columns: SequenceColumn[]; sequences: CatalogSequence[] },
  scope: { tablesOnly: boolean; schemas?: string[] } = all,
) {
  return matchSequences(target, source, { ...scope, verified: target.columns.map(verified) }).map(
    (match) => [match.target?.name, match.source?.name, match.columns.map(({ table }) => table)],
  )
}

describe('what takes the place of what', () => {
  const [a, b, c] = [sequence('a'), sequence('b'), sequence('c')]

  it('is told by the column that is fed, whatever the names are', () => {
    expect(
      matched(
        { columns: [column('t', a)], sequences: [a] },
        { columns: [column('t', b)], sequences: [b] },
      ),
    ).toEqual([['a', 'b', ['t']]])
  })

  it('is told by the name where no column is fed, or on one side only', () => {
    const alone = { columns: [], sequences: [a] }
    const bound = { columns: [column('t', a)], sequences: [a] }
    expect(matched(alone, alone)).toEqual([['a', 'a', []]])
    expect(matched(bound, alone)).toEqual([['a', 'a', ['t']]])
    expect(matched(alone, bound)).toEqual([['a', 'a', ['t']]])
  })

  it('counts both where names and columns cross', () => {
    expect(
      matched(
        { columns: [column('t', a)], sequences: [a, b] },
        { columns: [column('t', b)], sequences: [a, b] },
      ),
    ).toEqual([
      ['a', 'b', ['t']],
      ['b', 'b', []],
      ['a', 'a', []],
    ])
  })

  it('is once what feeds several columns', () => {
    const side = { columns: [column('t', a), column('u', a)], sequences: [a] }
    expect(matched(side, side)).toEqual([['a', 'a', ['t', 'u']]])
  })

  it('is each of those that one was split into', () => {
    expect(
      matched(
        { columns: [column('t', a), column('u', b)], sequences: [a, b] },
        { columns: [column('t', c), column('u', c)], sequences: [c] },
      ),
    ).toEqual([
      ['a', 'c', ['t']],
      ['b', 'c', ['u']],
    ])
  })

  it('may be nothing, on either side', () => {
    expect(matched({ columns: [], sequences: [a] }, { columns: [], sequences: [b] })).toEqual([
      ['a', undefined, []],
      [undefined, 'b', []],
    ])
  })

  it('leaves out what no column draws from where tables are named, and other schemas', () => {
    const other = sequence('o', { schema: 'other' })
    const side = { columns: [column('t', a)], sequences: [a, b, other] }
    expect(matched(side, side, { tablesOnly: true })).toEqual([['a', 'a', ['t']]])
    expect(matched(side, side, { tablesOnly: false, schemas: ['shop'] })).toEqual([
      ['a', 'a', ['t']],
      ['b', 'b', []],
    ])
  })

  it('is unknown where it cannot be told which sequence feeds the column', () => {
    const [match] = matchSequences(
      { columns: [column('t', a)], sequences: [a] },
      { columns: [column('t', null)], sequences: [b] },
      { ...all, verified: [verified(column('t', a))] },
    )
    expect(match).toMatchObject({ source: null, target: { name: 'a' } })
    expect(match && judgeReading(reading(match, null, at(1n)))).toMatchObject({
      verdict: 'unknown',
      reason: `Cannot tell which sequence feeds "shop"."t"."id": its default is f(). So it is in the source. Nothing was changed.`,
    })
  })
})

const at = (lastValue: bigint, isCalled = true): SequencePosition => ({ lastValue, isCalled })

function reading(
  match: Partial<Reading['match']>,
  source: Reading['source'],
  target: Reading['target'],
): Reading {
  const none = {
    columns: [],
    inTarget: null,
    own: ownColumns(),
    source: null,
    target: null,
    obscure: null,
  }
  return { match: { ...none, ...match }, source, target }
}

/** Reads like a sentence: where the source stands, where the target does. */
function pair(
  source: SequencePosition,
  target: SequencePosition,
  ofSource: Partial<CatalogSequence> = {},
  ofTarget: Partial<CatalogSequence> = ofSource,
): Reading {
  const match = { source: sequence('old', ofSource), target: sequence('new', ofTarget) }
  return reading(match, source, target)
}

describe('the verdict', () => {
  it.each([
    ['level', pair(at(5n), at(5n)), 'ok', 0n],
    ['ahead', pair(at(5n), at(900n)), 'ok', 0n],
    ['one behind', pair(at(5n), at(4n)), 'behind', 1n],
    ['behind by what was never called', pair(at(5n), at(1n, false)), 'behind', 5n],
    ['level, never called', pair(at(1n, false), at(1n, false)), 'ok', 0n],
    ['behind, descending', pair(at(-5n), at(-2n), { increment: -1n }), 'behind', 3n],
    ['ahead, descending', pair(at(-5n), at(-9n), { increment: -1n }), 'ok', 0n],
    [
      'behind by draws of its own',
      pair(at(50n), at(1n), { increment: 1n }, { increment: 10n }),
      'behind',
      4n,
    ],
    ['cycling and level', pair(at(5n), at(5n), { cycle: true }), 'ok', 0n],
    ['cycling and ahead', pair(at(5n), at(9n), { cycle: true }), 'unknown', null],
    ['opposed', pair(at(5n), at(9n), { increment: 1n }, { increment: -1n }), 'unknown', null],
    ['at its end', pair(at(5n), at(9n), {}, { maxValue: 9n }), 'behind', null],
    ['not read', reading(pair(at(1n), at(1n)).match, { failure: 'No.' }, at(9n)), 'unknown', null],
    ['not read', reading(pair(at(1n), at(1n)).match, at(1n), { failure: 'No.' }), 'unknown', null],
    ["the source's alone", reading({ source: sequence('old') }, at(1n), null), 'unknown', null],
    ["the target's alone", reading({ target: sequence('new') }, null, at(1n)), 'ok', null],
  ])('of one that is %s', (_, given, verdict, gap) => {
    const judged = judgeReading(given)
    expect(judged).toMatchObject({ verdict, gap })
    expect(judged.reason === null).toBe(verdict === 'ok')
  })
})

describe('the plan', () => {
  const limits = { headroom: 10n }

  it('goes past the source and the headroom, in the phase and direction of the target', () => {
    expect(planRaise(pair(at(50n), at(3n)), 'app', limits)).toMatchObject({
      before: 4n,
      after: 61n,
    })
    const down = pair(at(-50n), at(-3n), { increment: -1n })
    expect(planRaise(down, 'app', limits)).toMatchObject({ before: -4n, after: -61n })
    // Ten draws of the source's go a hundred further; the target keeps its odd numbers.
    const odd = pair(at(50n), at(3n), { increment: 10n }, { increment: 2n })
    expect(planRaise(odd, 'app', limits)).toMatchObject({ before: 5n, after: 161n })
  })

  it('refuses what does not fit, and says how much headroom does', () => {
    const near = pair(at(50n), at(3n), {}, { minValue: 1n, maxValue: 58n })
    expect(planRaise(near, 'app', limits)).toEqual({
      action: 'refuse',
      reason: `Cannot raise sequence "shop"."new" to 61 (the source's next value 51, and 10 of headroom): its range ends at 58. Nothing was changed. Run: typeorm-resync apply --from URL --headroom 7`,
    })
    expect(planRaise(near, 'app', { headroom: 7n })).toMatchObject({ action: 'raise', after: 58n })
    const full = pair(at(50n), at(3n), {}, { minValue: 1n, maxValue: 50n })
    expect(planRaise(full, 'app', { headroom: 0n })).toMatchObject({
      reason: expect.stringContaining('A larger MAXVALUE helps, or a larger type.') as string,
    })
  })

  it('never moves back, never beyond the range, and no further than it must', () => {
    const bound = 1_000n
    const value = fc.bigInt({ min: -bound, max: bound })
    const increment = fc.bigInt({ min: -7n, max: 7n }).filter((step) => step !== 0n)
    const position = fc.record({ lastValue: value, isCalled: fc.boolean() })
    const seen = { raise: 0, leave: 0, refuse: 0 }
    fc.assert(
      fc.property(
        position,
        position,
        increment,
        increment,
        fc.bigInt({ min: 0n, max: 300n }),
        (source, target, step, own, headroom) => {
          const range = { minValue: -bound, maxValue: bound }
          const given = pair(source, target, { increment: step }, { increment: own, ...range })
          const plan = planRaise(given, 'app', { headroom })
          seen[plan.action] += 1
          const up = own > 0n ? 1n : -1n
          const next = target.lastValue + (target.isCalled ? own : 0n)
          const wanted = source.lastValue + (source.isCalled ? step : 0n) + headroom * step
          const isOpposed = step > 0n !== own > 0n
          if (plan.action === 'leave') {
            expect(isOpposed).toBe(false)
            expect((next - wanted) * up).toBeGreaterThanOrEqual(0n)
          } else if (plan.action === 'raise') {
            expect(isOpposed).toBe(false)
            expect(plan.before).toBe(next)
            expect((plan.after - next) * up).toBeGreaterThan(0n)
            expect((plan.after - next) % own).toBe(0n)
            expect((plan.after - wanted) * up).toBeGreaterThanOrEqual(0n)
            expect((plan.after - own - wanted) * up).toBeLessThan(0n)
            expect(plan.after * up).toBeLessThanOrEqual(bound)
            expect((plan.past - wanted) * up).toBe(-1n)
          } else {
            const last = next > wanted === up > 0n ? next : wanted
            const reached = last + own - up
            expect(isOpposed || reached * up > bound).toBe(true)
          }
        },
      ),
      { numRuns: 2_000 },
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50)
  })

  it('looks at columns of one sequence as often for many as for few, although each replaces one of the source', () => {
    expect(looksPerColumn(200)).toBe(looksPerColumn(20))
  })
})

/** How often each of `count` columns of one sequence is looked at, where each has a sequence of its own in the source. */
function looksPerColumn(count: number): number {
  let looks = 0
  const countLooks = <T extends object>(column: T) =>
    new Proxy(column, {
      get(of, name) {
        looks += 1
        return Reflect.get(of, name) as unknown
      },
    })
  const one = sequence('one')
  const others = Array.from({ length: count }, (_, index) => sequence(`of_${String(index)}`))
  const columns = others.map(({ name }) => column(name, one))
  const matches = matchSequences(
    { columns: columns.map(countLooks), sequences: [one] },
    { columns: others.map((of) => column(of.name, of)), sequences: others },
    { ...all, verified: columns.map(verified).map(countLooks) },
  )
  expect(matches).toHaveLength(count)
  for (const match of matches) {
    const plan = planRaise({ match, source: at(50n), target: at(3n) }, 'app', { headroom: 10n })
    expect(plan.action).toBe('raise')
  }
  return looks / count
}
