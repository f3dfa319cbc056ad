/* global page */

/** What is shown, and how; the address carries it, so that it can be sent to somebody. */
page.state = { query: '', verdicts: new Set(), schema: '', sort: 'worst', down: false }

page.VERDICTS = ['behind', 'unknown', 'ok', 'fault']

page.readAddress = () => {
  const given = new URLSearchParams(location.hash.slice(1))
  const { state } = page
  state.query = given.get('search') ?? ''
  const verdicts = (given.get('show') ?? '').split(' ')
  state.verdicts = new Set(verdicts.filter((verdict) => page.VERDICTS.includes(verdict)))
  const schema = given.get('schema') ?? ''
  state.schema = page.schemas.some(({ name }) => name === schema) ? schema : ''
  const [sort, direction] = (given.get('sort') ?? '').split(' ')
  state.sort = Object.hasOwn(page.COMPARE, sort) ? sort : 'worst'
  state.down = direction === 'down'
}

page.writeAddress = () => {
  const { query, verdicts, schema, sort, down } = page.state
  const parts = new URLSearchParams()
  if (query !== '') parts.set('search', query)
  if (verdicts.size > 0) parts.set('show', [...verdicts].join(' '))
  if (schema !== '') parts.set('schema', schema)
  if (sort !== 'worst') parts.set('sort', down ? `${sort} down` : sort)
  // Not location.hash: that would make a step back of every letter that is typed.
  history.replaceState(null, '', `#${parts}`)
}
