import type { SequenceColumn, SequenceName } from '../catalog/sequence-column'
import { typeRange } from '../catalog/range'
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../db/quoting'
import { columnName, sequenceName } from './names'
import { isPast } from './position'

/** What can be wrong with the structure, whatever the values are. */
export type FaultKind =
  'no-default' | 'two-sequences' | 'other-default' | 'unowned-sequence' | 'narrow-column'

/** A structural fault: nothing that a resync mends. */
export interface Fault {
  readonly kind: FaultKind
  /** What is wrong, what it leads to, and what mends it. */
  readonly message: string
}

/**
 * Returns what is wrong with how a column is tied to its sequence.
 *
 * @param shared - whether other columns draw from the sequence too: then it is right that it belongs to none
 */
export function findFaults(column: SequenceColumn, shared: boolean): Fault[] {
  return [
    noDefault(column),
    twoSequences(column),
    otherDefault(column),
    shared ? null : unownedSequence(column),
    narrowColumn(column),
  ].filter((fault) => fault !== null)
}

function noDefault(column: SequenceColumn): Fault | null {
  if (column.binding !== 'none') return null
  const [owned] = column.owns
  const name = columnName(column)
  const sequence = owned ? sequenceName(owned) : 'its sequence'
  const cure = owned
    ? ` Run: ${alterColumn(column)} SET DEFAULT nextval(${quoteLiteral(sequenceName(owned))})`
    : ''
  return {
    kind: 'no-default',
    message: `${name} has no default that draws from ${sequence}: inserts that leave it out fail with 23502, or write null.${cure}`,
  }
}

function twoSequences(column: SequenceColumn): Fault | null {
  if (column.owns.length < 2) return null
  const unused = column.owns.find((owned) => !isDrawn(column, owned))
  const cure = unused ? ` Run: ALTER SEQUENCE ${sequenceName(unused)} OWNED BY NONE` : ''
  return {
    kind: 'two-sequences',
    message: `${columnName(column)} owns ${String(column.owns.length)} sequences: ${column.owns.map(sequenceName).join(', ')}. pg_get_serial_sequence may name the wrong one.${cure}`,
  }
}

function otherDefault(column: SequenceColumn): Fault | null {
  const { sequence, owns, binding, computedDefault } = column
  const [owned] = owns
  if (binding !== 'default' || !owned || owns.some((one) => isDrawn(column, one))) return null
  const [instead, cure] = sequence
    ? [`draws from ${sequenceName(sequence)}`, cureByOwning(column)]
    : [`has the default ${String(computedDefault)}`, '']
  return {
    kind: 'other-default',
    message: `${columnName(column)} owns sequence ${sequenceName(owned)}, which pg_get_serial_sequence names, and ${instead}.${cure}`,
  }
}

function unownedSequence(column: SequenceColumn): Fault | null {
  const { sequence, owns } = column
  if (!sequence || sequence.owned || owns.length > 0) return null
  return {
    kind: 'unowned-sequence',
    message: `Sequence ${sequenceName(sequence)} belongs to no column: it stays when ${columnName(column)} is dropped, and pg_get_serial_sequence does not find it.${cureByOwning(column)}`,
  }
}

function narrowColumn(column: SequenceColumn): Fault | null {
  const { sequence, type } = column
  const range = typeRange(type)
  if (!sequence || !range) return null
  const up = sequence.increment > 0n
  const [end, sequenceEnd] = up ? [range.max, sequence.maxValue] : [range.min, sequence.minValue]
  if (!isPast(sequence, sequenceEnd, end)) return null
  return {
    kind: 'narrow-column',
    message: `${columnName(column)} ends at ${String(end)}, before its sequence ${sequenceName(sequence)}, at ${String(sequenceEnd)}: inserts past it fail with 22003. A wider type takes a rewrite of the table, so plan it early.`,
  }
}

function isDrawn({ sequence }: SequenceColumn, owned: SequenceName): boolean {
  return sequence?.schema === owned.schema && sequence.name === owned.name
}

/** A sequence can belong to a column of its own schema alone. */
function cureByOwning({ sequence, schema, ...rest }: SequenceColumn): string {
  if (sequence?.schema !== schema) return ''
  return ` Run: ALTER SEQUENCE ${sequenceName(sequence)} OWNED BY ${columnName({ schema, ...rest })}`
}

function alterColumn({ schema, table, column }: SequenceColumn): string {
  return `ALTER TABLE ${quoteQualified(schema, table)} ALTER COLUMN ${quoteIdentifier(column)}`
}
