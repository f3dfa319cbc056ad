import { isResolved, type SequenceColumn, type SequenceName } from '../catalog/sequence-column'
import type { CatalogSequence } from '../catalog/sequences'
import { groupedBy } from '../grouped-by'
import { incomparable } from '../sequences/comparable'
import { columnName, sequenceName } from '../sequences/names'
import type { VerifiedColumn } from '../sequences/verify'
import { ownColumns, type OwnColumns } from './own-columns'
import type { Side } from './side'

/** A column by its names, which are the same in both databases. */
export type ColumnName = Pick<SequenceColumn, 'schema' | 'table' | 'column'>

/** A sequence of the target and the one of the source whose place it takes. */
export interface Match {
  /** The columns that were looked at and draw from it: the target's, or the source's where only the source has the sequence. */
  readonly columns: readonly ColumnName[]
  /** The first of them that the target has, whose table selects this match; null where there is none. */
  readonly inTarget: ColumnName | null
  /** The target's columns that draw from it. */
  readonly own: OwnColumns
  readonly source: CatalogSequence | null
  readonly target: CatalogSequence | null
  /** Why it cannot be told which sequence of the source feeds the column, or where that stands; null where it can. */
  readonly obscure: string | null
}

/** What is looked at. */
export interface Scope {
  /** The selected columns of the target, as they were judged. */
  readonly verified: readonly VerifiedColumn[]
  /** Only of these schemas; undefined for all. */
  readonly schemas?: readonly string[] | undefined
  /** Whether tables were named: then only what feeds these is looked at. */
  readonly tablesOnly: boolean
}

type Sides = Pick<Side, 'columns' | 'sequences'>

/**
 * Finds for each sequence of one database the one of the other that takes its place: the one that feeds the same column, whatever its name is; where the source has
 * no such column, or nothing feeds it, the one of the same name, which code may call. A sequence that has no such other is matched with nothing.
 */
export function matchSequences(target: Sides, source: Sides, scope: Scope): Match[] {
  const { verified, tablesOnly } = scope
  const matches = new Matches(target.columns, verified)
  const ofTarget = new Map(target.sequences.map((sequence) => [sequence.oid, sequence]))
  const ofSource = new Map(source.sequences.map((sequence) => [sequence.oid, sequence]))
  const sourceColumns = new Map(source.columns.map((column) => [columnKey(column), column]))
  const sourceNames = new Map(source.sequences.map((sequence) => [nameKey(sequence), sequence]))
  const targetNames = new Map(target.sequences.map((sequence) => [nameKey(sequence), sequence]))

  for (const column of verified) {
    const own = ofTarget.get(column.sequence?.oid ?? '') ?? null
    const there = sourceColumns.get(columnKey(column))
    const bound = ofSource.get(there?.sequence?.oid ?? '')
    // Where something feeds the column there, another sequence of this name is a namesake.
    const mayBeNamed = there === undefined || there.binding === 'none'
    const namesake = own && mayBeNamed ? sourceNames.get(nameKey(own)) : undefined
    const other = bound ?? namesake ?? null
    const obscure = there && !other ? obscurity(there) : null
    matches.add(own, other, { column, obscure, isInTarget: true })
  }
  const tables = new Set(verified.map(tableKey))
  const isSelected = ({ schema, table }: ColumnName) =>
    tablesOnly ? tables.has(tableKey({ schema, table })) : (scope.schemas?.includes(schema) ?? true)
  for (const column of source.columns.filter(isSelected)) {
    const own = ofSource.get(column.sequence?.oid ?? '')
    if (own && !matches.hasSource(own)) {
      matches.add(targetNames.get(nameKey(own)) ?? null, own, { column })
    }
  }
  if (tablesOnly) return matches.all()

  const isInScope = ({ schema }: SequenceName) => scope.schemas?.includes(schema) ?? true
  const boundInTarget = bound(target)
  for (const sequence of target.sequences.filter(isInScope)) {
    if (boundInTarget.has(sequence.oid) || matches.hasTarget(sequence)) continue
    matches.add(sequence, sourceNames.get(nameKey(sequence)) ?? null)
  }
  const boundInSource = bound(source)
  for (const sequence of source.sequences.filter(isInScope)) {
    if (boundInSource.has(sequence.oid) || matches.hasSource(sequence)) continue
    matches.add(targetNames.get(nameKey(sequence)) ?? null, sequence)
  }
  return matches.all()
}

/** Why it cannot be told where the sequence behind a column of the source stands. */
function obscurity(column: SequenceColumn): string {
  const reason = isResolved(column)
    ? `Cannot tell where the sequence behind ${columnName(column)} stands: ${sequenceName(column.sequence)} is an extension's own.`
    : incomparable(column)
  return `${String(reason)} So it is in the source. Nothing was changed.`
}

interface Seen {
  readonly column: ColumnName
  readonly obscure?: string | null
  readonly isInTarget?: boolean
}

/** A match that may grow: copied for each of the columns, 20,000 of one sequence took 6 s. */
interface Growing extends Match {
  readonly columns: ColumnName[]
  obscure: string | null
}

/** The matches that were found, each once, with all that draws from it. */
class Matches {
  private readonly found = new Map<string, Growing>()
  private readonly sources = new Set<string>()
  private readonly targets = new Set<string>()
  private readonly owns = new Map<string, OwnColumns>()
  private readonly feeding: ReadonlyMap<string, readonly SequenceColumn[]>
  private readonly judged: ReadonlyMap<string, readonly VerifiedColumn[]>

  constructor(columns: readonly SequenceColumn[], verified: readonly VerifiedColumn[]) {
    this.feeding = groupedBy(columns.filter(isResolved), ({ sequence }) => sequence.oid)
    this.judged = groupedBy(
      verified,
      ({ sequence, ...column }) => sequence?.oid ?? columnKey(column),
    )
  }

  add(target: CatalogSequence | null, source: CatalogSequence | null, seen?: Seen): void {
    // A column whose sequence cannot be told is a match of its own.
    const key =
      target || source
        ? JSON.stringify([target?.oid, source?.oid])
        : JSON.stringify(seen && columnKey(seen.column))
    const match = this.found.get(key)
    if (match) {
      if (seen) match.columns.push(named(seen.column))
      match.obscure ??= seen?.obscure ?? null
      return
    }
    this.found.set(key, {
      target,
      source,
      columns: seen ? [named(seen.column)] : [],
      inTarget: seen?.isInTarget ? named(seen.column) : null,
      own: this.ownOf(target?.oid ?? (seen && !source ? columnKey(seen.column) : '')),
      obscure: seen?.obscure ?? null,
    })
    if (source) this.sources.add(source.oid)
    if (target) this.targets.add(target.oid)
  }

  /** Matches of one sequence share what its columns come to. */
  private ownOf(key: string): OwnColumns {
    const own = this.owns.get(key) ?? ownColumns(this.judged.get(key), this.feeding.get(key))
    this.owns.set(key, own)
    return own
  }

  hasSource({ oid }: CatalogSequence): boolean {
    return this.sources.has(oid)
  }

  hasTarget({ oid }: CatalogSequence): boolean {
    return this.targets.has(oid)
  }

  all(): Match[] {
    return [...this.found.values()]
  }
}

function bound({ columns }: Sides): Set<string> {
  return new Set(columns.filter(isResolved).map(({ sequence }) => sequence.oid))
}

function named({ schema, table, column }: ColumnName): ColumnName {
  return { schema, table, column }
}

function columnKey({ schema, table, column }: ColumnName): string {
  return JSON.stringify([schema, table, column])
}

function tableKey({ schema, table }: Pick<ColumnName, 'schema' | 'table'>): string {
  return JSON.stringify([schema, table])
}

function nameKey({ schema, name }: SequenceName): string {
  return JSON.stringify([schema, name])
}
