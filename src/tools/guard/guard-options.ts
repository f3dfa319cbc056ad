import type { DataSource } from 'typeorm'
import type { Timeouts } from '../db/transaction'
import type { RepairedColumn } from '../sequences/settle'

/** A column of a table. */
export interface GuardedColumn {
  readonly schema: string
  readonly table: string
  readonly column: string
}

/** A sequence that the guard moved past its column. */
export type RepairEvent = RepairedColumn

/** Something that the guard could not heal: the statement failed, or went on unguarded. */
export interface RefusalEvent {
  /** The table; the column where it is known. */
  readonly schema: string | undefined
  readonly table: string
  readonly column: string | null
  /** What is wrong, what was not done and what to run, in a form to print. */
  readonly reason: string
}

/** A sequence that fell behind too often: it is repaired no more until then. */
export interface OpenEvent extends RefusalEvent {
  readonly until: Date
}

/** How far the guard goes, and whom it tells. */
export interface GuardOptions extends Timeouts {
  /** How often one statement is tried again. Default: 3. */
  readonly maxRetries?: number | undefined
  /** How long to wait from one repair of a sequence to its next, in milliseconds. Default: 100. */
  readonly cooldownMillis?: number | undefined
  /** A sequence that falls behind more often than this within an hour is repaired no more: its statements fail at once. Default: 20. */
  readonly maxRepairsPerHour?: number | undefined
  /** A larger gap is not repaired: it may come from an outlier. Default: no limit. */
  readonly maxGap?: bigint | undefined
  /**
   * How old the last look at a table may be, in milliseconds, when a statement runs that a sequence which is behind would make overwrite a row or drop one, without
   * an error: ON CONFLICT, as `upsert` on the id and `orIgnore()` write it. 0 looks before each. Default: 60,000.
   */
  readonly verifyIntervalMillis?: number | undefined
  /** Refuses such a statement also where it cannot be told whether the sequence is behind. Default: false, it is said and the statement runs. */
  readonly refuseUnknown?: boolean | undefined
  /** A DataSource with a role that may repair, where the application's own may not. */
  readonly repairDataSource?: DataSource | undefined
  /** Is told of every repair; not waited for, as the two below. Default: a warning to the DataSource's logger; to the process where that keeps warnings to itself. */
  readonly onRepair?: ((event: RepairEvent) => unknown) | undefined
  /** Is told what could not be healed, and why. Default: a warning to the DataSource's logger; to the process where that keeps warnings to itself. */
  readonly onRefuse?: ((event: RefusalEvent) => unknown) | undefined
  /** Is told once when a sequence is repaired no more. Default: a warning to the DataSource's logger; to the process where that keeps warnings to itself. */
  readonly onOpen?: ((event: OpenEvent) => unknown) | undefined
  /** The clock, in milliseconds. Default: the system's. */
  readonly now?: (() => number) | undefined
}

/** The options with their defaults. */
export interface GuardSettings extends GuardOptions {
  readonly maxRetries: number
  readonly cooldownMillis: number
  readonly maxRepairsPerHour: number
  readonly verifyIntervalMillis: number
  readonly now: () => number
}

/** Adds the defaults to what was given. */
export function guardSettings(options: GuardOptions): GuardSettings {
  return {
    ...options,
    maxRetries: options.maxRetries ?? 3,
    cooldownMillis: options.cooldownMillis ?? 100,
    maxRepairsPerHour: options.maxRepairsPerHour ?? 20,
    verifyIntervalMillis: options.verifyIntervalMillis ?? 60_000,
    now: options.now ?? Date.now,
  }
}
