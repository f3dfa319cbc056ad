import stringWidth from 'string-width'

/** Returns how many columns a text takes on a terminal. */
export function widthOf(text: string): number {
  // Most names and all numbers, of which there may be hundreds of thousands.
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text)
}

/** Returns a text that takes at most `width` columns. What is left out is in the middle: names of many databases begin and end differently. */
export function clippedTo(width: number, text: string): string {
  if (widthOf(text) <= width) return text
  const start = fitting(Array.from(text), Math.ceil((width - 1) / 2))
  const end = fitting(Array.from(text).reverse(), Math.floor((width - 1) / 2)).reverse()
  return `${start.join('')}…${end.join('')}`
}

function fitting(characters: readonly string[], width: number): string[] {
  let taken = 0
  const end = characters.findIndex((character) => (taken += widthOf(character)) > width)
  return characters.slice(0, end === -1 ? undefined : end)
}
