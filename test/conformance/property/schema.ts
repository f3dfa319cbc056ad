import type { IntegerType, Range } from './integers'

/** A sequence as it was created. */
export interface Sequence extends Range {
  readonly name: string
  readonly increment: bigint
  readonly start: bigint
  readonly cache: bigint
  readonly cycle: boolean
}

/** A column that draws from a sequence. */
export interface Column {
  readonly table: string
  readonly column: string
  readonly type: IntegerType
  readonly sequence: Sequence
  /** What its values are read from: `only t`, because an inheritance child's are that child's; `t` of a partitioned table. */
  readonly rows: string
  readonly nullable: boolean
}

/** How a schema is made, and which sequence feeds which columns: known because it was made that way, not read from any catalog. */
export interface Schema {
  readonly sql: readonly string[]
  /** In the order of table and column. */
  readonly columns: readonly Column[]
  /** Sequences that are owned, and feed nothing. */
  readonly idle: readonly string[]
}

/** The one schema of a run. Runs follow one another, each in a schema of its own. */
export const SCHEMA = 'property'

/** Returns the sequences that feed a column, each once. */
export function feeding({ columns }: Schema): Sequence[] {
  return [...new Set(columns.map(({ sequence }) => sequence))]
}

/** Returns whether `value` is one that the sequence reaches later than `other`. */
export function isPast({ increment }: Sequence, value: bigint, other: bigint): boolean {
  return increment > 0n ? value > other : value < other
}

/** Returns the element at `index`, counted round and round: an operation does not know how many there are. */
export function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('There is nothing to pick from.')
  return item
}
