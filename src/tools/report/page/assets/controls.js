/* global page */
const search = page.byId('search')
const schema = page.byId('schema')
const sort = page.byId('sort')
const reset = page.byId('reset')
const choices = [...document.querySelectorAll('.choice')]
const headings = [...document.querySelectorAll('th[data-key]')]

const LARGEST_FIRST = new Set(['gap', 'max', 'next'])

/** Changes what is shown, here and in the address. */
page.change = (changes) => {
  Object.assign(page.state, changes)
  page.writeAddress()
  page.update()
}

/** Shows the state, in the controls too. */
page.update = () => {
  const { state } = page
  if (search.value !== state.query) search.value = state.query
  schema.value = state.schema
  sort.value = state.down ? `${state.sort} down` : state.sort
  for (const choice of choices) {
    choice.setAttribute('aria-pressed', String(state.verdicts.has(choice.dataset.verdict)))
  }
  for (const heading of headings) {
    const isSorted = heading.dataset.key === state.sort
    if (isSorted) heading.setAttribute('aria-sort', state.down ? 'descending' : 'ascending')
    else heading.removeAttribute('aria-sort')
  }
  reset.hidden = state.query === '' && state.schema === '' && state.verdicts.size === 0
  page.markSchema?.()
  page.show()
}

search.addEventListener('input', () => page.change({ query: search.value }))
schema.addEventListener('change', () => page.change({ schema: schema.value }))
sort.addEventListener('change', () => {
  const [key, direction] = sort.value.split(' ')
  page.change({ sort: key, down: direction === 'down' })
})
reset.addEventListener('click', () => {
  page.change({ query: '', schema: '', verdicts: new Set() })
  search.focus()
})
page.byId('controls').addEventListener('submit', (event) => event.preventDefault())

for (const choice of choices) {
  choice.addEventListener('click', () => {
    const verdicts = new Set(page.state.verdicts)
    const { verdict } = choice.dataset
    if (!verdicts.delete(verdict)) verdicts.add(verdict)
    page.change({ verdicts })
  })
}

/** A heading sorts; again, the other way round; and then as the page began. */
for (const heading of headings) {
  const { key } = heading.dataset
  const button = page.element('button', { type: 'button', class: 'sort' }, heading.textContent)
  button.addEventListener('click', () => {
    const { state } = page
    const first = LARGEST_FIRST.has(key)
    if (state.sort !== key) page.change({ sort: key, down: first })
    else if (state.down === first) page.change({ down: !first })
    else page.change({ sort: 'worst', down: false })
  })
  heading.replaceChildren(button)
}

const option = (value, label) => page.element('option', { value }, label)

sort.append(
  option('worst', 'Worst first'),
  ...headings.flatMap(({ dataset: { key }, textContent }) => [
    option(key, `${textContent}, ascending`),
    option(`${key} down`, `${textContent}, descending`),
  ]),
)
schema.append(
  ...page.schemas
    .map(({ name }) => option(name, name))
    .sort((a, b) => (a.value < b.value ? -1 : 1)),
)
page.byId('schema-field').hidden = page.schemas.length < 2
page.byId('controls').hidden = false
