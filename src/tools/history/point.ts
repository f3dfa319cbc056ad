/** Where a sequence and its column stood at a moment. */
export interface Point {
  readonly at: Date
  /** Null where it was not known. */
  readonly nextValue: bigint | null
  readonly columnMax: bigint | null
}

/** A column, as a history knows it. */
export interface ColumnKey {
  readonly schema: string
  readonly table: string
  readonly column: string
}

/** Where sequences stood before. */
export interface History {
  /** The points of a column, oldest first; none where it was never looked at. */
  pointsOf(column: ColumnKey): readonly Point[]
}
