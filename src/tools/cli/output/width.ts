/** Returns how many columns a text takes at most: what is not of a Latin, Greek, Cyrillic or similar script may be two wide. */
export function widthOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + characterWidth(character), 0)
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
  const end = characters.findIndex((character) => (taken += characterWidth(character)) > width)
  return characters.slice(0, end === -1 ? undefined : end)
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0
  return code < 0x1100 || character === '…' ? 1 : 2
}
