import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { renderReport, type Report } from '../../../src/tools/report/report'
import { useFolders } from '../../support/folders'

const CHROMIUM = '/usr/bin/chromium'

/** Whether a browser is on this machine. */
export const hasBrowser = existsSync(CHROMIUM)

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A page that is shown, and all that it should not have done. */
export interface Shown {
  readonly page: Page
  readonly url: string
  /** Errors, messages on the console, dialogs, refusals of the policy, and requests for anything but the file. */
  readonly misdeeds: readonly string[]
}

/** Starts a browser for the file's tests; the function that it returns shows a report in a window of its own. */
export function useBrowser() {
  let browser: Browser | undefined
  const newFolder = useFolders()

  beforeAll(async () => {
    browser = await launch()
  })

  // A page that nobody looks at any more still takes its time of the machine.
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
  })

  afterAll(() => browser?.close())

  return async (report: Report, options: BrowserContextOptions = {}, hash = ''): Promise<Shown> => {
    if (!browser) throw new Error('The browser is started before the first test.')
    const file = join(newFolder(), 'report.html')
    writeFileSync(file, renderReport(report))
    return show(browser, `${pathToFileURL(file).href}${hash}`, options)
  }
}

/** Starts a browser that asks no network for anything of its own. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET, headless: true })
}

/** Opens an address in a window of its own, and writes down what it should not do. */
export async function show(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Shown> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const misdeeds: string[] = []
  page.on('console', (message) => misdeeds.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url.split('#')[0])
      misdeeds.push(`request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, url, misdeeds }
}

/** Returns the names of the columns that are shown, as they are shown. */
export function shownNames(page: Page): Promise<string[]> {
  return page.locator('#rows .open').allTextContents()
}
