/* global page */
const CERTAINTY = { proven: 'proven', likely: 'likely', possible: 'possible' }

/** Why a sequence drifts, with what was seen and what to do. */
page.causes = (causes) =>
  page.element(
    'ul',
    { class: 'causes' },
    causes.map(({ summary, confidence, evidence, remedy }) =>
      page.element(
        'li',
        null,
        page.element(
          'p',
          { class: 'cause' },
          page.element(
            'span',
            { class: `chip chip-${confidence}` },
            CERTAINTY[confidence] ?? confidence,
          ),
          ' ',
          page.name(summary),
        ),
        evidence.length === 0 ? null : seen(evidence),
        remedy === '' ? null : page.element('p', { class: 'remedy' }, page.name(remedy)),
      ),
    ),
  )

const seen = (evidence) => {
  const title = evidence.length === 1 ? 'Evidence' : `Evidence (${evidence.length})`
  const lines = evidence.map(({ source, text }) =>
    page.element('li', null, page.name(source, 'source'), ' ', page.name(text)),
  )
  return page.element(
    'details',
    { open: evidence.length <= 3 ? '' : undefined },
    page.element('summary', null, title),
    page.element('ul', { class: 'evidence' }, lines),
  )
}
