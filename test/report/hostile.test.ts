import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import type { Cause } from '../../src/tools/diagnose/cause'
import { renderReport } from '../../src/tools/report/report'
import { HOSTILE } from '../fixtures/hostile'
import { hasBrowser, shownNames, useBrowser } from './support/browser'
import { behind, column, reportOf, sequence, unknown } from './support/columns'
import { manyColumns, HISTORY } from './support/many'

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8')

/** What would run, or ask the network, if it became markup anywhere. */
const ATTACKS = [
  `<script>window.__pwned = 1</script>`,
  `</script><script>window.__pwned = 1; alert(1)</script>`,
  `<img src=x onerror="window.__pwned=1">`,
  `"><svg onload=window.__pwned=1>`,
  `' onfocus='window.__pwned=1' autofocus='`,
  `<!--<script>`,
  `]]></style><style>*{display:none}</style>`,
  `<link rel=stylesheet href=//example.invalid>`,
  `<meta http-equiv=refresh content=0;//example.invalid>`,
  'a\u2028b\u2029c',
  '\u202egnp.elbat',
  'zero\u200bwidth',
  'שולחן',
  '👩‍👧 family',
  'é'.repeat(31) + 'x',
  `__proto__`,
  `constructor`,
  HOSTILE,
]

function cause(text: string): Cause {
  return {
    kind: 'explicit-ids',
    summary: text,
    confidence: 'proven',
    evidence: [{ source: text, text }],
    remedy: text,
  }
}

const COLUMNS = ATTACKS.flatMap((name) => [
  behind({
    schema: name,
    table: name,
    column: name,
    entity: name,
    sequence: sequence(name, name),
    nextValue: 5n,
    gap: 7n,
    causes: [cause(name)],
    faults: [{ kind: 'unowned-sequence', message: name }],
  }),
  unknown({ schema: name, table: `${name}2`, reason: name }),
])

const REPORT = reportOf(COLUMNS, {
  server: { ...reportOf([]).server, database: ATTACKS.join(' '), role: ATTACKS.join(' ') },
  missing: ATTACKS,
  notes: ATTACKS,
})

describe.skipIf(!hasBrowser)('a page full of hostile names', () => {
  const open = useBrowser()

  it('runs nothing, asks for nothing, and shows each name as text', async () => {
    const { page, misdeeds } = await open(REPORT)
    // By the script: a pointer's clicks take a frame each.
    await page.evaluate(
      `for (const button of document.querySelectorAll('#rows .open')) button.click()`,
    )
    expect(await page.locator('#rows .open[aria-expanded=true]').count()).toBe(COLUMNS.length)
    await page.evaluate(`for (let tile = 0; tile < document.querySelectorAll('.tile').length; tile += 1) {
      document.querySelectorAll('.tile')[tile].click()
      document.querySelectorAll('.tile')[tile].click()
    }`)
    await page.getByRole('searchbox').fill('<script>')
    expect(await page.locator('#rows .open').count()).toBe(6)
    await page.getByRole('searchbox').fill('')
    expect(await page.evaluate('window.__pwned')).toBeUndefined()
    // What is in a name became no element: these are all that there are.
    const elements = `['script', 'style', 'img', 'link', 'meta'].map((tag) => document.querySelectorAll(tag).length)`
    expect(await page.evaluate(elements)).toEqual([2, 1, 0, 0, 6])
    const names = await shownNames(page)
    expect(names).toContain(`${ATTACKS[0] ?? ''}.${ATTACKS[0] ?? ''}.${ATTACKS[0] ?? ''}`)
    expect(names).toContain(Array(3).fill('\\u202egnp.elbat').join('.'))
    expect(names).toContain(Array(3).fill('zero\\u200bwidth').join('.'))
    expect(names).toContain(Array(3).fill('👩‍👧 family').join('.'))
    expect(misdeeds).toEqual([])
  })

  it('runs nothing without our script either', async () => {
    const { page, misdeeds } = await open(REPORT, { javaScriptEnabled: false })
    expect(await page.locator('#rows tr').count()).toBe(COLUMNS.length)
    expect(misdeeds).toEqual([])
  })

  it('lets the policy stop a script that we did not write', async () => {
    const { page } = await open(REPORT)
    const violations = await page.evaluate(`new Promise((resolve) => {
      const seen = []
      addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective))
      const script = document.createElement('script')
      try { script.text = 'window.__pwned = 1' } catch { seen.push('a text refused') }
      script.append('window.__pwned = 2')
      document.body.append(script)
      fetch('//example.invalid').catch(() => setTimeout(() => resolve(seen), 100))
    })`)
    expect(violations).toEqual(expect.arrayContaining(['a text refused', 'connect-src']))
    expect(await page.evaluate('window.__pwned')).toBeUndefined()
  })

  it('has no line that could end an element early', () => {
    const html = renderReport(REPORT)
    expect(html.match(/<script/g)).toHaveLength(2)
    expect(html.match(/<\/script/g)).toHaveLength(2)
    expect(html).not.toMatch(/[\u2028\u2029\u202e\u200b]/)
  })
})

describe.skipIf(!hasBrowser)('the page, for everybody', () => {
  const open = useBrowser()
  const many = reportOf(manyColumns(500), { history: HISTORY, notes: ['A note.'] })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('has nothing that axe finds, %s, at %i px', async (colorScheme, width) => {
    const { page, misdeeds } = await open(many, { colorScheme, viewport: { width, height: 900 } })
    await page.locator('.open').first().click()
    await page.getByRole('button', { name: 'Behind', exact: true }).click()
    await page.evaluate(`{ ${AXE} }; undefined`)
    const found = await page.evaluate<{ id: string; nodes: { html: string; any: unknown }[] }[]>(
      `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => ({ html, failureSummary })) })))`,
    )
    expect(found).toEqual([])
    expect(misdeeds).toEqual([])
  })

  it('never scrolls sideways on a phone, not even with names of 63 bytes', async () => {
    const long = 'x'.repeat(63)
    const wide = column({ schema: long, table: long, column: long, nextValue: 2n ** 62n })
    const late = behind({
      schema: long,
      table: `${long}2`,
      column: long,
      nextValue: 2n ** 61n,
      gap: 2n ** 60n,
    })
    for (const report of [many, REPORT, reportOf([wide, late])]) {
      const { page } = await open(report, { viewport: { width: 360, height: 800 } })
      await page.locator('.open').first().click()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    }
  })

  it('moves nothing for those who want no motion', async () => {
    const { page } = await open(many, { reducedMotion: 'reduce' })
    const moving = `[...document.querySelectorAll('*')].filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0).length`
    expect(await page.evaluate(moving)).toBe(0)
  })
})
