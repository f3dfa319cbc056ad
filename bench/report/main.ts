import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { renderReport } from '../../src/tools/report/report'
import { reportOf } from '../../test/report/support/columns'
import { manyColumns, HISTORY } from '../../test/report/support/many'

const COLUMNS = 10_000
const RUNS = 5

/** Until the rows are painted; of what a reader does, until the browser has painted what comes of it. */
const GOALS_MS = { open: 2_000, sort: 200, search: 200, filter: 200 }

type Times = Record<keyof typeof GOALS_MS, number>

/** Runs in the page: what a click or a letter takes, until the frame that shows it is done. */
const WORK = `(async () => {
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  const time = async (work) => { const start = performance.now(); work(); await painted(); return performance.now() - start }
  const search = document.getElementById('search')
  const sort = await time(() => document.querySelector('[data-key=gap] button').click())
  const find = await time(() => { search.value = '77'; search.dispatchEvent(new Event('input')) })
  search.value = ''; search.dispatchEvent(new Event('input')); await painted()
  const filter = await time(() => document.querySelector('[data-verdict=ok]').click())
  return { sort, search: find, filter }
})()`

async function measure(browser: Browser, url: string): Promise<Times> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const start = performance.now()
  await page.goto(url)
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))')
  const open = performance.now() - start
  const rest = await page.evaluate<Omit<Times, 'open'>>(WORK)
  await context.close()
  return { open, ...rest }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function main(): Promise<void> {
  const report = reportOf(manyColumns(COLUMNS), { history: HISTORY })
  const start = performance.now()
  const html = renderReport(report)
  const rendered = performance.now() - start
  console.log(
    `${String(COLUMNS)} columns, written in ${rendered.toFixed(0)} ms, ${(html.length / 1e6).toFixed(1)} MB; in the browser, median of ${String(RUNS)}:`,
  )
  const folder = mkdtempSync(join(tmpdir(), 'typeorm-resync-bench-'))
  const file = join(folder, 'report.html')
  writeFileSync(file, html)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  })
  try {
    const runs: Times[] = []
    for (let run = 0; run < RUNS; run += 1) {
      runs.push(await measure(browser, pathToFileURL(file).href))
    }
    for (const [name, goal] of Object.entries(GOALS_MS)) {
      const times = runs.map((run) => run[name as keyof Times])
      console.log(
        `${name.padEnd(8)}${median(times).toFixed(0)} ms, most ${Math.max(...times).toFixed(0)}`,
      )
      if (median(times) > goal) {
        console.error(`Slower than ${String(goal)} ms.`)
        process.exitCode = 1
      }
    }
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 2
})
