/* global page */
const opened = new Set()

/** The rows of a column: its own, and below it, where it is opened, its details. */
page.rows = (index) => {
  const entry = page.entries[index]
  const row = page.element('tr', { role: 'row', class: 'row' })
  const cells = [
    cell('Column', 'name', nameCell(entry, index, row)),
    cell('Verdict', '', verdict(entry)),
    cell('Next value', 'number', number(entry.next)),
    cell('Highest', 'number', number(entry.max)),
    cell('Gap', 'number', number(entry.gap), wayBar(entry)),
    cell('First collision', 'when', collision(entry)),
    cell('Range left', 'number', headroom(entry)),
    page.withDays ? cell('Used up in', 'number', entry.daysText ?? '–') : null,
  ]
  row.append(...cells.filter(Boolean))
  return opened.has(index) ? [row, detailRow(index)] : [row]
}

const cell = (label, className, ...content) =>
  page.element(
    'td',
    { role: 'cell', 'data-label': label, class: className || undefined },
    ...content,
  )

const nameCell = (entry, index, row) => {
  const { schema, table, column, entity, line } = entry
  const button = page.element(
    'button',
    { type: 'button', class: 'open', 'aria-expanded': String(opened.has(index)) },
    page.name(`${schema}.`, 'of'),
    page.element('wbr'),
    page.name(table, 'table-name'),
    page.element('wbr'),
    page.name(`.${column}`, 'of'),
  )
  button.addEventListener('click', () => {
    toggle(index, row, button)
  })
  return [
    button,
    entity && entity !== table
      ? page.element('small', { class: 'entity' }, page.name(entity))
      : null,
    line ? page.element('small', { class: 'line' }, page.name(line)) : null,
  ]
}

const toggle = (index, row, button) => {
  const isOpen = opened.has(index)
  if (isOpen) {
    opened.delete(index)
    row.nextElementSibling.remove()
  } else {
    opened.add(index)
    row.after(detailRow(index))
  }
  button.setAttribute('aria-expanded', String(!isOpen))
}

const detailRow = (index) =>
  page.element(
    'tr',
    { role: 'row', class: 'detail-row' },
    page.element(
      'td',
      { role: 'cell', colspan: page.withDays ? '8' : '7' },
      page.details(page.entries[index]),
    ),
  )

const verdict = ({ verdict, faults }) => [
  page.element('span', { class: `chip chip-${verdict}` }, verdict),
  faults ? [' ', page.element('span', { class: 'chip chip-fault' }, 'fault')] : null,
]

const number = (digits) => (digits === undefined ? '–' : page.grouped(digits))

/** How far the next value is on the way to the highest. */
const wayBar = ({ way }) =>
  way === undefined
    ? null
    : page.bar('bar', [
        ['bar-done', 0, way],
        ['fill-behind', way, Math.max(2, 100 - way)],
      ])

const collision = ({ collision }) =>
  collision
    ? [
        ...page.grouped(collision.text),
        collision.note ? page.element('small', null, page.grouped(collision.note)) : null,
      ]
    : '–'

/** Below this share, in percent, somebody should know. */
const LITTLE = 10

const headroom = ({ headroom }) => {
  if (headroom === undefined) return '–'
  return [
    `${headroom.toFixed(1)} %`,
    page.bar('bar', [[headroom < LITTLE ? 'fill-behind' : 'bar-done', 0, Math.max(1, headroom)]]),
  ]
}
