import type { Server } from '../catalog/server'
import type { Cause } from '../diagnose/cause'
import type { ColumnKey, History } from '../history/point'
import type { VerifiedColumn } from '../sequences/verify'
import { renderPage } from './page/page'

/** A column of a report. */
export type ReportColumn = VerifiedColumn & {
  readonly causes?: readonly Cause[] | undefined
  /** The first value from the next one on that the column holds already: there the first insert fails. Null where that is not known. */
  readonly firstTaken?: bigint | null | undefined
}

/** How fast a sequence is used up. */
export interface Forecast {
  /** How many values it gives in a day. */
  readonly perDay: number
  /** When its range ends, in days; null where it does not at this pace. */
  readonly daysLeft: number | null
}

/** What a report shows. */
export interface Report {
  readonly server: Server
  readonly checkedAt: Date
  readonly columns: readonly ReportColumn[]
  readonly missing: readonly string[]
  /** What could not be looked at. */
  readonly notes?: readonly string[] | undefined
  readonly history?: History | undefined
  /** Returns how fast a column's sequence is used up; null where its history is too short to tell. Default: nothing is known. */
  readonly forecastOf?: ((column: ColumnKey) => Forecast | null) | undefined
}

/** Returns a report as one self-contained HTML page, which asks no network for anything. */
export function renderReport(report: Report): string {
  return renderPage(report)
}
