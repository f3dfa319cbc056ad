import type { ResolvedColumn } from '../catalog/sequence-column'
import { sequenceName } from './names'
import { isPast, rangeEnd } from './position'
import type { AssessedColumn } from './verdict'

/** Returns why moving its sequence would not help a column that is behind, and what would; null where it helps. */
export function beyondRepair(column: AssessedColumn & ResolvedColumn): string | null {
  const { sequence, nextValue, gap } = column
  if (sequence.cycle) {
    return `It cycles: it returns to used values by design. Where that is not meant, run: ALTER SEQUENCE ${sequenceName(sequence)} NO CYCLE`
  }
  const after = nextValue === null || gap === null ? null : nextValue + gap * sequence.increment
  if (after !== null && !isPast(sequence, after, rangeEnd(column))) return null
  return `No value is left past that: its range ends at ${String(rangeEnd(column))}. A larger type helps, or a larger MAXVALUE; a resync does not.`
}
