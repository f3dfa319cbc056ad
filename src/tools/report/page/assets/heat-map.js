/* global page */

/** Fewer schemas are told apart in the list. */
const MANY = 9

const WORDS = ['behind', 'unknown', 'ok']

const tile = (schema) => {
  const worst = WORDS.find((word) => schema[word] > 0)
  const counts = [...WORDS, 'fault']
    .filter((word) => schema[word] > 0)
    .map((word) => `${schema[word]} ${word}`)
  const button = page.element(
    'button',
    { type: 'button', class: `tile tile-${worst}`, 'aria-pressed': 'false' },
    page.name(schema.name, 'tile-name'),
    page.element('span', { class: 'tile-counts' }, page.grouped(counts.join(' · '))),
  )
  button.addEventListener('click', () => {
    page.change({ schema: page.state.schema === schema.name ? '' : schema.name })
  })
  return [schema.name, button]
}

if (page.schemas.length >= MANY) {
  const tiles = new Map(page.schemas.map(tile))
  const section = page.byId('heat')
  const hit = page.schemas.filter(({ behind }) => behind > 0).length
  section.append(
    page.element('h2', { id: 'heat-title' }, 'Schemas'),
    page.element(
      'p',
      { class: 'hint' },
      page.grouped(
        `${hit} of ${tiles.size} have a sequence that is behind. Choose one to see its columns alone.`,
      ),
    ),
    page.element('div', { class: 'tiles' }, ...tiles.values()),
  )
  section.hidden = false
  page.markSchema = () => {
    for (const [name, button] of tiles) {
      button.setAttribute('aria-pressed', String(name === page.state.schema))
    }
  }
}
