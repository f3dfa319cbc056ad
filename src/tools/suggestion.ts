import { distance } from 'fastest-levenshtein'

/** Returns a sentence that offers up to three of `names`, those spelled most like `wanted` first; empty where there are none. */
export function nearestNames(wanted: string, names: Iterable<string>): string {
  const spelling = wanted.toLowerCase()
  const nearest = [...new Set(names)]
    .map((name) => ({ name, edits: distance(spelling, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name)
  return nearest.length === 0 ? '' : ` Nearest: ${nearest.join(', ')}.`
}
