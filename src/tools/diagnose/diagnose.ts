import type { Server } from '../catalog/server'
import type { Target } from '../db/session'
import type { Timeouts } from '../db/transaction'
import type { Selection } from '../sequences/selection'
import type { VerifiedColumn } from '../sequences/verify'
import type { Cause } from './cause'

/** What to diagnose, and how long to wait. */
export interface DiagnoseOptions extends Selection, Timeouts {
  /** The folder of the project's own code, which is scanned. Default: none. */
  readonly source?: string | undefined
  /** The clock for `checkedAt`. Default: the system's. */
  readonly now?: (() => Date) | undefined
}

/** A column, and why its sequence drifts; the most certain cause first. */
export type DiagnosedColumn = VerifiedColumn & { readonly causes: readonly Cause[] }

/** What `diagnoseSequences` found. */
export interface Diagnosis {
  readonly server: Server
  readonly checkedAt: Date
  /** Those that are behind; of the tables that were named, all. */
  readonly columns: readonly DiagnosedColumn[]
  /** What could not be looked at, and what would make it possible, in a form to print. */
  readonly notes: readonly string[]
}

/** Says why sequences drift, as far as it can be proven. */
export function diagnoseSequences(
  _target: Target,
  _options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  return Promise.reject(new Error('Not built.'))
}
