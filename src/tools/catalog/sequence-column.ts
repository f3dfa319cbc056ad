/**
 * How a column gets its values: `default` from a sequence that it does not own, `none` from nothing that the database knows, although it owns
 * a sequence or an entity says it is generated.
 */
export type Binding = 'serial' | 'identity always' | 'identity by default' | 'default' | 'none'

/** A sequence's name. */
export interface SequenceName {
  readonly schema: string
  readonly name: string
}

/** The sequence behind a column, as it was defined. */
export interface Sequence extends SequenceName {
  readonly oid: string
  /** The role that may lock it. */
  readonly owner: string
  /** Whether it belongs to a column, and is dropped with it. */
  readonly owned: boolean
  readonly increment: bigint
  readonly minValue: bigint
  readonly maxValue: bigint
  /** How many values a session takes at once. */
  readonly cache: bigint
  readonly cycle: boolean
}

/** What the current role may do with the column and its sequence. */
export interface Rights {
  readonly readColumn: boolean
  readonly readSequence: boolean
  /** nextval: USAGE or UPDATE. */
  readonly drawSequence: boolean
  /** setval: UPDATE. */
  readonly setSequence: boolean
  /** ALTER SEQUENCE. */
  readonly ownSequence: boolean
  /** The schemas that may not be entered, of the table and of the sequence: without USAGE, no other right helps. */
  readonly closedSchemas: readonly string[]
  /** Row security would hide rows from it, or turn reading them into an error. */
  readonly rowsHidden: boolean
}

/** A column that a sequence feeds, or should. */
export interface SequenceColumn {
  readonly schema: string
  readonly table: string
  readonly column: string
  /** The type's name in pg_type, under all domains: `int4`, `int8`, … */
  readonly type: string
  readonly binding: Binding
  /** Whether its rows are in partitions. An inheritance parent's children are columns of their own. */
  readonly partitioned: boolean
  /** Whether it is a partition's, and draws from its parent's sequence. */
  readonly coveredByParent: boolean
  /** The default, where it does more than give the sequence's value as it is; else null. */
  readonly computedDefault: string | null
  /** The sequence that it draws from; null where there is none, or it cannot be told. */
  readonly sequence: Sequence | null
  /** The sequences that are dropped with it, whether it draws from them or not. */
  readonly owns: readonly SequenceName[]
  readonly rights: Rights
}

/** A column whose sequence the catalog names. */
export type ResolvedColumn = SequenceColumn & { readonly sequence: Sequence }

/** Narrows to the columns whose sequence the catalog names. */
export function isResolved(column: SequenceColumn): column is ResolvedColumn {
  return column.sequence !== null
}
