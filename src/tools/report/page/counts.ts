import type { Report } from '../report'

/** How many columns there are of each kind. */
export interface Counts {
  readonly total: number
  readonly behind: number
  readonly unknown: number
  readonly ok: number
  /** Columns with a structural fault, whatever their verdict is. */
  readonly faulty: number
  readonly missing: number
}

/** Counts a report's columns. */
export function countsOf({ columns, missing }: Report): Counts {
  const of = (verdict: string) => columns.filter((column) => column.verdict === verdict).length
  return {
    total: columns.length,
    behind: of('behind'),
    unknown: of('unknown'),
    ok: of('ok'),
    faulty: columns.filter(({ faults }) => faults.length > 0).length,
    missing: missing.length,
  }
}
