import type { Server } from '../catalog/server'
import type { Session, Target } from '../db/session'
import type { ColumnKey } from '../history/point'
import type { VerifiedColumn } from '../sequences/verify'
import type { Cause } from './cause'
import type { DiagnoseOptions } from './diagnose'

/** What a finder may look at. */
export interface Context {
  readonly session: Session
  readonly target: Target
  readonly server: Server
  readonly options: DiagnoseOptions
  /** The columns to explain. */
  readonly columns: readonly VerifiedColumn[]
  /** Those, all others that were looked at, and those that draw from the same sequences. */
  readonly known: readonly VerifiedColumn[]
}

/** A cause, and the column whose drift it explains. */
export interface Found {
  readonly column: ColumnKey
  readonly cause: Cause
}

/** What a finder found. */
export interface Findings {
  readonly found: readonly Found[]
  /** What could not be looked at, and what would make it possible, in a form to print. */
  readonly notes: readonly string[]
}

/** Looks in one place for causes, in a read-only transaction. */
export interface Finder {
  /** Where it looks, as the object of `Cannot look at …`. */
  readonly place: string
  find(context: Context): Promise<Findings>
}

/** Returns a finder that asks a function about each column by itself. */
export function columnFinder(
  place: string,
  causesOf: (column: VerifiedColumn, context: Context) => Promise<readonly Cause[]>,
): Finder {
  return {
    place,
    async find(context) {
      const found: Found[] = []
      for (const column of context.columns) {
        for (const cause of await causesOf(column, context)) found.push({ column, cause })
      }
      return { found, notes: [] }
    },
  }
}
