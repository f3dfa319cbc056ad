import type { Server } from '../catalog/server'
import type { Cause } from '../diagnose/cause'
import type { History } from '../history/point'
import type { VerifiedColumn } from '../sequences/verify'
import { renderPage } from './page/page'

/** A column of a report. */
export type ReportColumn = VerifiedColumn & {
  readonly causes?: readonly Cause[] | undefined
  /** The first value from the next one on that the column holds already: there the first insert fails. Null where that is not known. */
  readonly firstTaken?: bigint | null | undefined
}

/** What a report shows. */
export interface Report {
  readonly server: Server
  readonly checkedAt: Date
  readonly columns: readonly ReportColumn[]
  readonly missing: readonly string[]
  /** What could not be looked at. */
  readonly notes?: readonly string[] | undefined
  /** Where the sequences stood before: how fast they are used up. Default: nothing is known. */
  readonly history?: History | undefined
}

/** Returns a report as one self-contained HTML page, which asks no network for anything. */
export function renderReport(report: Report): string {
  return renderPage(report)
}
