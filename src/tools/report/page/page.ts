import { version } from 'typeorm-resync/package.json'
import { entryOf } from '../entry'
import { repairsFor } from '../fix'
import { worstFirst } from '../order'
import { forecast, type Forecast } from '../../history/forecast'
import type { Report, ReportColumn } from '../report'
import { visible } from '../visible'
import { readAssets } from './assets'
import { countsOf } from './counts'
import { embeddedJson, escapeHtml } from './html'
import { staticTable } from './static-table'
import { summary } from './summary'

/** What tells a report from any other page: it may be written over. */
export const MARKER = '<meta name="generator" content="typeorm-resync report">'

/** As many rows stand in the page itself, for where no script runs. */
const STATIC_ROWS = 100

function forecastOf(column: ReportColumn, { history, checkedAt }: Report): Forecast | undefined {
  return history && forecast(column, history.pointsOf(column), checkedAt)
}

/** Returns the whole page. */
export function renderPage(report: Report): string {
  const repairs = repairsFor(report.server.role)
  const entries = worstFirst(report.columns).map((column) =>
    entryOf(column, forecastOf(column, report), repairs.fixOf(column)),
  )
  const counts = countsOf(report)
  const { style, script, policy } = readAssets()
  const database = visible(report.server.database)
  const notes = [...report.missing, ...(report.notes ?? [])].map(visible)
  const withDays = entries.some(({ days }) => days !== undefined)
  const data = { entries, parts: repairs.parts, withDays }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
${MARKER}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Sequences of ${escapeHtml(database)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#columns">Skip to the columns</a>
<header class="top">
<p class="product">Sequence report</p>
<button id="theme" type="button" class="quiet" hidden>Dark</button>
</header>
<main>
${summary(report, counts, { database, version, notes })}
<section id="heat" class="card" aria-labelledby="heat-title" hidden></section>
<section id="columns" aria-labelledby="columns-title" tabindex="-1">
<h2 id="columns-title">Columns</h2>
${controls(counts)}
${staticTable(entries.slice(0, STATIC_ROWS), withDays)}
<p id="more" class="more"${entries.length > STATIC_ROWS ? '' : ' hidden'}><span id="shown">${entries.length > STATIC_ROWS ? `The worst ${String(STATIC_ROWS)} of ${String(entries.length)}.` : ''}</span></p>
<noscript><p class="hint">This page works without its script. With it you can search, sort and filter, see all columns, and copy the repairs.</p></noscript>
</section>
</main>
<footer><p>Written by typeorm-resync ${escapeHtml(version)}. It shows where things stood then, and stays as it is: to see them now, write it anew.</p></footer>
<div id="status" class="away" role="status" aria-live="polite"></div>
<script id="data" type="application/json">${embeddedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`
}

function controls({ behind, unknown, ok, faulty }: ReturnType<typeof countsOf>): string {
  const choices = [
    ['behind', 'Behind', behind],
    ['unknown', 'Unknown', unknown],
    ['ok', 'Ok', ok],
    ['fault', 'Faults', faulty],
  ] as const
  const buttons = choices
    .filter(([, , count]) => count > 0)
    .map(
      ([value, label]) =>
        `<button type="button" class="choice" data-verdict="${value}" aria-pressed="false">${label}</button>`,
    )
  return `<form id="controls" class="controls" role="search" hidden>
<label class="field grow"><span>Search</span><input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="Table, column, entity or sequence"></label>
<fieldset class="choices"><legend>Show</legend>${buttons.join('')}</fieldset>
<label class="field" id="schema-field"><span>Schema</span><select id="schema"><option value="">All</option></select></label>
<label class="field" id="sort-field"><span>Sort by</span><select id="sort"></select></label>
<button type="button" class="quiet" id="reset" hidden>Show all</button>
</form>`
}
