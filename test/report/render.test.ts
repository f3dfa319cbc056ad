import { describe, expect, it } from 'vitest'
import { repairSql } from '../../src/tools/sequences/repair-sql'
import { collisionOf } from '../../src/tools/report/collision'
import { aboutDays } from '../../src/tools/report/duration'
import { repairsFor } from '../../src/tools/report/fix'
import { worstFirst } from '../../src/tools/report/order'
import { embeddedJson, escapeHtml, groupedHtml } from '../../src/tools/report/page/html'
import { verdictLine } from '../../src/tools/report/page/summary'
import { visible } from '../../src/tools/report/visible'
import { HOSTILE } from '../fixtures/hostile'
import { behind, column, sequence, unknown } from './support/columns'

describe('text in the page', () => {
  it('ends neither an element nor an attribute', () => {
    expect(escapeHtml(`<a b="c" d='e'>&amp;`)).toBe(
      '&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;',
    )
  })

  it('ends no script as JSON, and is the same when it is read', () => {
    const value = { '</script><!--': '\u2028\u2029\u202e&<' }
    const json = embeddedJson(value)
    expect(json).toBe('{"\\u003c/script\\u003e\\u003c!--":"\\u2028\\u2029\\u202e\\u0026\\u003c"}')
    expect(JSON.parse(json)).toEqual(value)
  })

  it('groups the digits of numbers from five digits on', () => {
    expect(groupedHtml('1234 and 1234567 <')).toBe(
      '1234 and 1<span class="g">234</span><span class="g">567</span> &lt;',
    )
  })

  it('shows what shows nothing, and leaves an emoji that is joined of several whole', () => {
    expect(visible('a\u200bb\u200dc\u202ed\ne\u00adf\ufeff')).toBe(
      'a\\u200bb\\u200dc\\u202ed\\ne\\u00adf\\ufeff',
    )
    expect(visible('👩‍👧 👩🏽‍🔬 ❤️‍🔥 é שולחן')).toBe('👩‍👧 👩🏽‍🔬 ❤️‍🔥 é שולחן')
  })
})

describe('the order', () => {
  it('is the worst first', () => {
    const columns = [
      column({ table: 'fine' }),
      column({ table: 'nearly full', headroom: 3 }),
      column({ table: 'faulty', faults: [{ kind: 'unowned-sequence', message: 'It is.' }] }),
      unknown({ table: 'hidden', reason: 'Hidden.' }),
      behind({ table: 'not known when', nextValue: 1n, gap: 9n, firstTaken: null }),
      behind({ table: 'later', nextValue: 1n, gap: 900n, firstTaken: 5n }),
      behind({ table: 'now', nextValue: 1n, gap: 1n }),
      behind({ table: 'now, and far', nextValue: 1n, gap: 10n ** 18n }),
      column({ table: 'spent', verdict: 'behind', nextValue: null, gap: null, headroom: 0 }),
    ]
    expect(worstFirst(columns).map(({ table }) => table)).toEqual([
      'spent',
      'now, and far',
      'now',
      'later',
      'not known when',
      'hidden',
      'faulty',
      'nearly full',
      'fine',
    ])
  })
})

describe('the first collision', () => {
  const at = (firstTaken: bigint | null, increment = 1n) =>
    behind({
      table: 't',
      nextValue: 29n,
      gap: 99n,
      firstTaken,
      sequence: { ...sequence('public', 't_id_seq'), increment },
    })

  it.each([
    [29n, 1n, 'the next insert', '29 is taken'],
    [30n, 1n, 'after 1 insert', '30 is taken, in about 15 min'],
    [41n, 1n, 'after 12 inserts', '41 is taken, in about 3 h'],
    [49n, 10n, 'after 2 inserts', '49 is taken, in about 30 min'],
    [27n, -1n, 'after 2 inserts', '27 is taken, in about 30 min'],
    [null, 1n, 'not known', ''],
    [28n, 1n, 'not known', ''],
    [30n, 10n, 'not known', ''],
  ])('at %s in steps of %s is %s', (firstTaken, increment, text, note) => {
    const pace = { perDay: 96, daysLeft: null, exhaustedAt: null }
    expect(collisionOf(at(firstTaken, increment), pace)).toMatchObject({ text, note })
  })

  it('is every insert where no value is left, and none where all is well', () => {
    const spent = column({ table: 't', verdict: 'behind', nextValue: null })
    expect(collisionOf(spent)?.text).toBe('every insert')
    expect(collisionOf(column({ table: 't' }))).toBeNull()
  })

  it.each([
    [0.0001, 'less than a minute'],
    [0.5 / 24, 'about 30 min'],
    [1.9, 'about 46 h'],
    [400, 'about 400 days'],
    [3650, 'about 10 years'],
    [1e9, 'more than 100 years'],
  ])('takes %d days: %s', (days, text) => {
    expect(aboutDays(days)).toBe(text)
  })
})

describe('the repair', () => {
  it.each(['users', HOSTILE, '$resync$', "E'\\", '\u2028'])('is what apply runs, of %j', (name) => {
    const one = behind({ schema: name, table: name, column: name, nextValue: 1n, gap: 5n })
    const repairs = repairsFor('app')
    repairs.fixOf(behind({ table: 'another', nextValue: 1n, gap: 5n }))
    const fix = repairs.fixOf(one)
    if (!fix || 'refusal' in fix) throw new Error('It can be repaired.')
    const [before, after] = repairs.parts[fix.around] ?? []
    expect(`${String(before)}${fix.target}${String(after)}`).toBe(`${repairSql(one)};`)
  })

  it('carries what repairs have in common once', () => {
    const repairs = repairsFor('app')
    for (const table of ['a', 'b', 'c']) repairs.fixOf(behind({ table, nextValue: 1n, gap: 5n }))
    expect(repairs.parts).toHaveLength(1)
  })

  it('is refused with the reason that apply would give', () => {
    const rights = { ...column({ table: 't' }).rights, drawSequence: false }
    expect(repairsFor('app').fixOf(behind({ table: 't', nextValue: 1n, gap: 5n, rights }))).toEqual(
      {
        refusal:
          'Cannot move sequence "public"."t_id_seq": role "app" lacks USAGE. Nothing was changed. Run: GRANT USAGE ON SEQUENCE "public"."t_id_seq" TO "app"',
      },
    )
  })
})

it.each([
  [{ behind: 3, total: 10_000 }, '3 of 10000 columns are behind.'],
  [{ behind: 1, unknown: 2, total: 3 }, '1 of 3 columns is behind.'],
  [{ unknown: 2, total: 3 }, '2 of 3 columns cannot be told; none is known to be behind.'],
  [{ total: 3, missing: 1 }, 'Not all tables that entities declare are there.'],
  [{ total: 2 }, 'All sequences are ahead of their columns.'],
  [{ total: 1 }, 'The sequence is ahead of its column.'],
  [{}, 'No column draws its values from a sequence.'],
])('says of %j: %s', (counts, line) => {
  const none = { total: 0, behind: 0, unknown: 0, ok: 0, faulty: 0, missing: 0 }
  expect(verdictLine({ ...none, ...counts })).toBe(line)
})
