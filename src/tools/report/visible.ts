/** A joiner between two emoji makes them one; anywhere else it shows nothing, as these others do. */
const HIDDEN =
  /(?!(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic}))[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu

/** Returns `text` with characters that show nothing, or that turn the direction of what follows, as escapes: two names that differ look different. */
export function visible(text: string): string {
  return text.replaceAll(HIDDEN, (character) => {
    if (character === '\n') return '\\n'
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}
