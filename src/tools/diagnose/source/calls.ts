import type { CodeToken } from './lexer'

/** The most tokens of a call that are looked at: so that calls within calls cost no square of the text. */
export const LONGEST_CALL = 2_000

/** Parts a call at its commas, and finds the bracket that closes it. */
export function callAt(tokens: readonly CodeToken[], open: number) {
  const items: CodeToken[][] = [[]]
  let depth = 1
  let end = open + 1
  for (; end < tokens.length && end < open + LONGEST_CALL; end += 1) {
    const token = tokens[end]
    if (!token) break
    if (token.kind === 'symbol') depth += depthChange(token.text)
    if (depth === 0) break
    if (depth === 1 && isSymbol(token, ',')) items.push([])
    else items.at(-1)?.push(token)
  }
  return { items, end, isCut: end === open + LONGEST_CALL }
}

/** Returns by how much a character opens or closes brackets. */
export function depthChange(text: string): number {
  if ('([{'.includes(text)) return 1
  return ')]}'.includes(text) ? -1 : 0
}

/** Tells whether a token is this character of the code itself. */
export function isSymbol(token: CodeToken | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text
}
