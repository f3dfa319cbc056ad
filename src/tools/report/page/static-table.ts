import type { Entry } from '../entry'
import { escapeHtml, groupedHtml } from './html'

/** The columns of the table: the key by which the page's script sorts, the heading, and whether numbers stand in it. */
const HEADINGS = [
  ['name', 'Column', false],
  ['verdict', 'Verdict', false],
  ['next', 'Next value', true],
  ['max', 'Highest', true],
  ['gap', 'Gap', true],
  ['collision', 'First collision', false],
  ['headroom', 'Range left', true],
] as const

/** Returns the table with these rows, readable where no script runs; the page's script puts its own in their place. */
export function staticTable(entries: readonly Entry[], withDays: boolean): string {
  const headings = [...HEADINGS, ...(withDays ? ([['days', 'Used up in', true]] as const) : [])]
  const cells = headings.map(
    ([key, label, isNumber]) =>
      `<th role="columnheader" scope="col" data-key="${key}"${isNumber ? ' class="number"' : ''}>${label}</th>`,
  )
  return `<table id="table" class="table" role="table" aria-labelledby="columns-title">
<thead role="rowgroup"><tr role="row">${cells.join('')}</tr></thead>
<tbody id="rows" role="rowgroup">
${entries.map((entry) => row(entry, withDays)).join('\n')}
</tbody>
</table>`
}

function row(entry: Entry, withDays: boolean): string {
  const { verdict, faults, collision, headroom } = entry
  const fault = faults ? ' <span class="chip chip-fault">fault</span>' : ''
  return `<tr role="row" class="row">${[
    cell('Column', name(entry), 'name'),
    cell('Verdict', `<span class="chip chip-${verdict}">${verdict}</span>${fault}`),
    cell('Next value', number(entry.next), 'number'),
    cell('Highest', number(entry.max), 'number'),
    cell('Gap', number(entry.gap), 'number'),
    cell(
      'First collision',
      collision
        ? `${groupedHtml(collision.text)}<small>${groupedHtml(collision.note)}</small>`
        : '–',
    ),
    cell('Range left', headroom === undefined ? '–' : `${headroom.toFixed(1)} %`, 'number'),
    ...(withDays ? [cell('Used up in', escapeHtml(entry.daysText ?? '–'), 'number')] : []),
  ].join('')}</tr>`
}

function cell(label: string, html: string, kind = ''): string {
  const classes = kind === '' ? '' : ` class="${kind}"`
  return `<td role="cell" data-label="${label}"${classes}>${html}</td>`
}

function name({ schema, table, column, verdict, explanation, line }: Entry): string {
  const reason = verdict === 'ok' ? line : (explanation ?? line)
  return `<bdi class="of">${escapeHtml(schema)}.</bdi><wbr><bdi class="table-name">${escapeHtml(table)}</bdi><wbr><bdi class="of">.${escapeHtml(column)}</bdi>${
    reason === undefined ? '' : `<small><bdi>${escapeHtml(reason)}</bdi></small>`
  }`
}

function number(digits: string | undefined): string {
  return digits === undefined ? '–' : groupedHtml(digits)
}
