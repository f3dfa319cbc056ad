/** What stands in an array: texts, nulls, and arrays of these. */
export type ArrayElement = string | null | readonly ArrayElement[]

/** Tells which texts an array has to escape within their quotes. */
const ESCAPED = /["\\]/

/** Returns the text that PostgreSQL reads as an array. */
export function arrayLiteral(elements: readonly ArrayElement[]): string {
  let literal = '{'
  for (let index = 0; index < elements.length; index += 1) {
    if (index > 0) literal += ','
    literal += element(elements[index] ?? null)
  }
  return `${literal}}`
}

function element(value: ArrayElement): string {
  if (value === null) return 'NULL'
  if (typeof value !== 'string') return arrayLiteral(value)
  // One look is cheaper than a replacement: few texts hold either.
  return `"${ESCAPED.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`
}
