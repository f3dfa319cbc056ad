/* global page */

/** As many rows are made at once: thousands would hold the browser up. */
const STEP = 100

let found = []
let shown = 0

const body = page.byId('rows')
const count = page.byId('shown')
const moreButton = page.element('button', { type: 'button', class: 'quiet' })

moreButton.addEventListener('click', () => {
  const first = shown
  append()
  body.querySelectorAll('.row')[first]?.querySelector('button').focus()
})
page.byId('more').append(moreButton)

/** Shows what the state asks for. */
page.show = () => {
  found = page.found()
  shown = 0
  body.replaceChildren()
  append()
  page.say(`${found.length} of ${page.entries.length} columns.`)
}

const append = () => {
  const next = found.slice(shown, shown + STEP)
  const rows = document.createDocumentFragment()
  for (const index of next) rows.append(...page.rows(index))
  if (found.length === 0) rows.append(nothing())
  body.append(rows)
  shown += next.length
  const left = found.length - shown
  moreButton.hidden = left === 0
  moreButton.textContent = `Show ${Math.min(STEP, left)} more`
  const of = found.length === page.entries.length ? '' : ` (of ${page.entries.length})`
  count.replaceChildren(...page.grouped(`${shown} of ${found.length} columns${of}`))
  page.byId('more').hidden = false
}

const nothing = () => {
  const text = page.entries.length === 0 ? 'There is no column to show.' : 'No column fits.'
  const cell = page.element('td', { role: 'cell', colspan: '8', class: 'nothing' }, text)
  return page.element('tr', { role: 'row' }, cell)
}
