const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Returns `text` for the inside of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** Returns a value as JSON that may stand inside a script element: nothing in it can end that, begin a comment, or turn the text around it. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]|(?!\u200d)\p{Cf}/gu, (character) =>
    Array.from({ length: character.length }, (_, unit) => escaped(character.charCodeAt(unit))).join(
      '',
    ),
  )
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/** Returns `text` escaped, with the digits of long numbers in groups that a style sets apart: what is copied has no spaces. */
export function groupedHtml(text: string): string {
  return text
    .split(/(\d{5,})/)
    .map((part, index) => (index % 2 === 0 ? escapeHtml(part) : groups(part)))
    .join('')
}

function groups(digits: string): string {
  const first = digits.length % 3 || 3
  const rest = digits.slice(first).match(/\d{3}/g) ?? []
  return `${digits.slice(0, first)}${rest.map((three) => `<span class="g">${three}</span>`).join('')}`
}
