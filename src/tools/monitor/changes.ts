import type { Verdict } from '../sequences/verdict'
import type { VerifiedColumn } from '../sequences/verify'
import { columnName } from '../sequences/names'
import type { Change } from './watch-options'

/** The verdicts of a check, by column; without those that are ok. */
export type Standing = ReadonlyMap<string, Verdict>

/** Returns where the columns stand. */
export function standingOf(columns: readonly VerifiedColumn[]): Standing {
  const found = columns.filter(({ verdict }) => verdict !== 'ok')
  return new Map(found.map((column) => [columnName(column), column.verdict]))
}

/** Returns what changed between two checks: a change for all columns that came to be behind, one for all that recovered. */
export function changesBetween(before: Standing, after: Standing): Change[] {
  const became = (verdict: Verdict) =>
    [...after]
      .filter(([name, now]) => now === verdict && before.get(name) !== verdict)
      .map(([name]) => name)
  const recovered = [...before.keys()].filter((name) => !after.has(name))
  return [
    change('behind', became('behind'), ' Run: typeorm-resync apply'),
    change('unknown', became('unknown'), ' Run: typeorm-resync verify'),
    change('recovered', recovered, ''),
  ].filter((one) => one !== null)
}

const SAID = { behind: 'Behind', unknown: 'Cannot be told', recovered: 'Not behind any more' }

/** More names are not read on one line. */
const MOST = 5

function change(kind: keyof typeof SAID, names: readonly string[], next: string): Change | null {
  if (names.length === 0) return null
  const more = names.length > MOST ? `, and ${String(names.length - MOST)} more` : ''
  return { kind, message: `${SAID[kind]}: ${names.slice(0, MOST).join(', ')}${more}.${next}` }
}
