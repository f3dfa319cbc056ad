import { describe, expect, it } from 'vitest'
import { repairSql } from '../../src/tools/sequences/repair-sql'
import { hasBrowser, shownNames, useBrowser } from './support/browser'
import { behind, column, reportOf, unknown } from './support/columns'
import { manyColumns, HISTORY } from './support/many'

const USERS = behind({ table: 'users', nextValue: 41n, gap: 102n, firstTaken: 53n })
const BILLS = behind({ schema: 'billing', table: 'bills', nextValue: 1000n, gap: 1_234_567n })
const FEW = reportOf([
  column({ table: 'fine' }),
  USERS,
  unknown({ table: 'hidden', reason: 'Row security hides rows.' }),
  BILLS,
])

const MORE = reportOf(manyColumns(2_000), { history: HISTORY })
const MANY = reportOf(manyColumns(10_000), { history: HISTORY })

describe.skipIf(!hasBrowser)('the page, in a browser', () => {
  const open = useBrowser()

  it('shows the worst first, and opens a row with the keyboard alone', async () => {
    const { page, misdeeds } = await open(FEW)
    expect(await shownNames(page)).toEqual([
      'billing.bills.id',
      'public.users.id',
      'public.hidden.id',
      'public.fine.id',
    ])
    await page.locator('#sort').focus()
    for (const name of await page.locator('.sort').allTextContents()) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate<string>('document.activeElement.textContent')).toBe(name)
    }
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const explanation = page.locator('.explanation')
    expect(await explanation.textContent()).toBe(
      'Sequence "billing"."bills_id_seq" is behind "billing"."bills"."id": next value 1000, highest value 1235566. Inserts that draw a taken value fail with 23505. Run: typeorm-resync apply --table billing.bills',
    )
    await page.keyboard.press('Enter')
    expect(await explanation.count()).toBe(0)
    expect(misdeeds).toEqual([])
  })

  it('copies the SQL that apply would run, and the command', async () => {
    const { page, misdeeds } = await open(FEW, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.getByText('public.users.id').click()
    await page.getByRole('button', { name: 'Copy: The same as SQL' }).click()
    await page.getByText('Copied: The same as SQL.').waitFor({ state: 'attached' })
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${repairSql(USERS)};`)
    await page.getByRole('button', { name: 'Copy: Command' }).click()
    await page.getByText('Copied: Command.').waitFor({ state: 'attached' })
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      'npx typeorm-resync apply --table public.users',
    )
    expect(misdeeds).toEqual([])
  })

  it('selects the SQL where there is no clipboard', async () => {
    const { page, misdeeds } = await open(FEW)
    await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`)
    await page.getByText('public.users.id').click()
    await page.getByRole('button', { name: 'Copy: Command' }).click()
    expect(await page.locator('#status').textContent()).toBe(
      'Selected: Command. Copy it with the keyboard.',
    )
    expect(await page.evaluate('String(getSelection())')).toBe(
      'npx typeorm-resync apply --table public.users',
    )
    expect(misdeeds).toEqual([])
  })

  it('marks a structural fault beside the verdict', async () => {
    const faults = [{ kind: 'unowned-sequence', message: 'It belongs to no column.' } as const]
    const { page } = await open(reportOf([column({ table: 'fine', faults })]))
    expect(await page.locator('[data-label=Verdict]').textContent()).toBe('ok fault')
    expect(await page.locator('.line').textContent()).toBe('It belongs to no column.')
  })

  it('copies a large number without the spaces that it is shown with', async () => {
    const { page } = await open(FEW)
    const gap = page.locator('#rows tr').first().locator('[data-label=Gap]')
    expect(await gap.locator('.g').count()).toBe(2)
    expect(await gap.textContent()).toBe('1234567')
  })

  it('searches, filters and sorts 10,000 columns, and keeps that in the address', async () => {
    const { page, url, misdeeds } = await open(MANY)
    expect((await shownNames(page)).length).toBe(100)
    expect(await page.locator('#shown').textContent()).toBe('100 of 10000 columns')

    await page.getByRole('searchbox').fill('INVOICE_00013')
    expect(await shownNames(page)).toEqual(['tenant_013.invoice_00013.id'])
    await page.getByRole('searchbox').fill('tenant_007 booking')
    expect((await shownNames(page)).every((name) => name.startsWith('tenant_007.'))).toBe(true)
    await page.getByRole('button', { name: 'Show all' }).click()

    await page.getByRole('button', { name: 'Unknown', exact: true }).click()
    expect(await page.locator('#shown').textContent()).toBe('100 of 100 columns (of 10000)')
    expect(await page.locator('.line').first().textContent()).toContain('lacks SELECT')
    await page.locator('.tile', { hasText: 'tenant_017' }).click()
    expect(await page.locator('#shown').textContent()).toBe('50 of 50 columns (of 10000)')
    await page.getByRole('columnheader', { name: 'Column' }).getByRole('button').click()
    const names = await shownNames(page)
    expect(names[0]).toBe('tenant_017.booking_00057.id')
    expect(names).toEqual([...names].sort())

    const address = page.url()
    expect(address).toBe(`${url}#show=unknown&schema=tenant_017&sort=name`)
    await page.goto('about:blank')
    await page.goto(address)
    expect(await shownNames(page)).toEqual(names)
    expect(
      await page.getByRole('button', { name: 'Unknown', exact: true }).getAttribute('aria-pressed'),
    ).toBe('true')
    expect(misdeeds).toEqual([])
  })

  it.each([
    ['Gap', 'gap'],
    ['Next value', 'nextValue'],
    ['Highest', 'columnMax'],
  ] as const)(
    'sorts by %s as numbers, the largest first, then the other way',
    async (label, key) => {
      const { page } = await open(MORE)
      const cells = page.locator(`#rows [data-label="${label}"]`)
      const known = MORE.columns.map((column) => column[key]).filter((value) => value !== null)
      const sorted = known.sort((a, b) => (a < b ? 1 : -1)).map(String)
      await page.getByRole('columnheader', { name: label }).getByRole('button').click()
      expect(await cells.allTextContents()).toEqual(sorted.slice(0, 100))
      await page.getByRole('columnheader', { name: label }).getByRole('button').click()
      expect(await cells.allTextContents()).toEqual(sorted.reverse().slice(0, 100))
    },
  )

  it('sorts by every heading', async () => {
    const { page, misdeeds } = await open(MORE)
    for (const heading of await page.getByRole('columnheader').all()) {
      await heading.getByRole('button').click()
      expect(await heading.getAttribute('aria-sort')).toMatch(/^(as|des)cending$/)
      expect((await shownNames(page)).length).toBe(100)
    }
    expect(misdeeds).toEqual([])
  })

  it('shows more when asked, and goes on from there', async () => {
    const { page } = await open(MORE)
    await page.getByRole('button', { name: 'Show 100 more' }).click()
    const names = await shownNames(page)
    expect(new Set(names).size).toBe(200)
    expect(await page.evaluate('document.activeElement.textContent')).toBe(names[100])
  })

  it('changes its theme, and forgets that', async () => {
    const { page } = await open(FEW, { colorScheme: 'light' })
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await ground()
    await page.getByRole('button', { name: 'Dark theme' }).click()
    expect(await ground()).not.toBe(light)
    await page.reload()
    expect(await ground()).toBe(light)
  })

  it('shows the verdict and the worst rows without its script', async () => {
    const { page } = await open(MANY, { javaScriptEnabled: false })
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      '100 of 10000 columns are behind.',
    )
    expect(await page.locator('#rows tr').count()).toBe(100)
    expect(await page.locator('#rows tr').first().textContent()).toContain(
      'typeorm-resync apply --table tenant_',
    )
    expect(await page.locator('#controls').isVisible()).toBe(false)
    expect(await page.locator('noscript').isVisible()).toBe(true)
  })

  it('prints as a table, without its controls', async () => {
    const { page } = await open(FEW, { viewport: { width: 700, height: 1000 } })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#controls').isVisible()).toBe(false)
    expect(await page.locator('#theme').isVisible()).toBe(false)
    const display = `getComputedStyle(document.querySelector('#rows tr')).display`
    expect(await page.evaluate(display)).toBe('table-row')
  })
})
