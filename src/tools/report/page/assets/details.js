/* global page */

/** What is shown of a column when its row is opened. */
page.details = (entry) => {
  const { explanation, causes, fix, faults } = entry
  return page.element(
    'div',
    { class: 'details' },
    page.element(
      'div',
      { class: 'why' },
      explanation ? page.element('p', { class: 'explanation' }, page.name(explanation)) : null,
      causes?.length ? section('Why it drifts', page.causes(causes)) : null,
      faults ? section('Structural faults', list(faults)) : null,
      facts(entry),
    ),
    fix ? page.element('div', { class: 'fix' }, repair(entry)) : null,
  )
}

const section = (title, ...content) =>
  page.element('section', null, page.element('h3', null, title), ...content)

const list = (lines) =>
  page.element(
    'ul',
    { class: 'faults' },
    lines.map((line) => page.element('li', null, page.name(line))),
  )

const repair = (entry) => {
  const { command, refusal, method, after } = entry.fix
  if (refusal) return section('No repair', page.element('p', null, page.name(refusal)))
  const way = page.element(
    'p',
    { class: 'hint' },
    'The next value becomes ',
    page.grouped(after),
    `. Method: ${method}. Writers go on meanwhile.`,
  )
  return section(
    'Repair',
    way,
    page.copyable('Command', command, 'command'),
    page.copyable('The same as SQL', page.sqlOf(entry), 'sql'),
  )
}

const facts = (entry) => {
  const lines = [
    ['Sequence', entry.sequence && page.name(entry.sequence)],
    ['Binding', entry.binding],
    ['Entity', entry.entity && page.name(entry.entity)],
    ['Range ends at', entry.end && page.grouped(entry.end)],
  ].filter(([, value]) => value)
  return page.element(
    'dl',
    { class: 'facts' },
    lines.map(([term, value]) =>
      page.element('div', null, page.element('dt', null, term), page.element('dd', null, value)),
    ),
  )
}
