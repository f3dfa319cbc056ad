/* global page */
const SVG = 'http://www.w3.org/2000/svg'

page.byId = (id) => document.getElementById(id)

/** Makes an element. Children that are strings become text, whatever is in them. */
page.element = (tag, attributes, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== undefined && value !== false) element.setAttribute(name, value)
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined),
  )
  return element
}

/** A name from the database: its direction does not reach what stands around it. */
page.name = (text, className) => page.element('bdi', { class: className }, text)

/** Text in which the digits of long numbers stand in groups; what is copied has no spaces. */
page.grouped = (text) =>
  text.split(/(\d{5,})/).flatMap((part, index) => {
    if (index % 2 === 0) return [part]
    const first = part.length % 3 || 3
    const rest = part.slice(first).match(/\d{3}/g) ?? []
    return [
      part.slice(0, first),
      ...rest.map((three) => page.element('span', { class: 'g' }, three)),
    ]
  })

/** A bar of parts, each with its class, where it begins and how wide it is, of 100. */
page.bar = (className, parts) => {
  const bar = document.createElementNS(SVG, 'svg')
  const set = (element, attributes) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    return element
  }
  set(bar, {
    class: className,
    viewBox: '0 0 100 10',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  })
  for (const [part, x, width] of parts) {
    bar.append(set(document.createElementNS(SVG, 'rect'), { class: part, x, width, height: 10 }))
  }
  return bar
}

/** Tells those who do not see the page change. */
page.say = (text) => {
  page.byId('status').textContent = text
}
