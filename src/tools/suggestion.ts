import { distance } from 'fastest-levenshtein'

/** Returns a sentence that offers up to three of `names`: the nearest in spelling, and others that need few edits. */
export function nearestNames(wanted: string, names: Iterable<string>): string {
  const spelling = wanted.toLowerCase()
  const ranked = [...new Set(names)]
    .map((name) => ({ name, edits: distance(spelling, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name))
  const near = ranked.filter(({ edits }, rank) => rank === 0 || edits <= wanted.length / 2)
  if (near.length === 0) return ''
  return ` Nearest: ${near
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ')}.`
}
