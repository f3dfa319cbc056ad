import { distance } from 'fastest-levenshtein'

/**
 * Returns a sentence that offers up to three of `candidates`: the nearest in spelling, and others that need few edits.
 *
 * @param spelling - the part of a candidate to compare; default: all of it
 */
export function nearestNames(
  wanted: string,
  candidates: Iterable<string>,
  spelling: (candidate: string) => string = (candidate) => candidate,
): string {
  const ranked = [...new Set(candidates)]
    .map((name) => ({ name, edits: distance(wanted.toLowerCase(), spelling(name).toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name))
  const near = ranked.filter(({ edits }, rank) => rank === 0 || edits <= wanted.length / 2)
  if (near.length === 0) return ''
  const names = near.slice(0, 3).map(({ name }) => name)
  return ` Nearest: ${names.join(', ')}.`
}
