import { quoteIdentifier, quoteQualified } from '../db/quoting'
import type { Session } from '../db/session'
import type { ResolvedColumn } from './columns'

/** Where a sequence and its column stand, at one moment. */
export interface SequenceState {
  readonly lastValue: bigint
  readonly isCalled: boolean
  /** The highest value in the column, the lowest for a descending sequence; null where it holds none. */
  readonly columnMax: bigint | null
}

interface StateRow {
  readonly lastValue: string
  readonly isCalled: boolean
  readonly columnMax: string | null
}

/**
 * Reads the state of several columns in one statement, consuming no value.
 *
 * One statement also makes the pair true: its snapshot, and so max(), is older than the moment the sequence is read (a sequence is
 * not under MVCC), so writers at work can never make a good sequence look behind.
 */
export async function readStates(
  session: Session,
  columns: readonly ResolvedColumn[],
): Promise<SequenceState[]> {
  if (columns.length === 0) return []
  const rows = await session.query<StateRow>(
    `${columns.map(stateQuery).join('\nunion all\n')}\norder by position`,
  )
  return rows.map(({ lastValue, isCalled, columnMax }) => ({
    lastValue: BigInt(lastValue),
    isCalled,
    columnMax: columnMax === null ? null : BigInt(columnMax),
  }))
}

function stateQuery({ schema, table, column, sequence }: ResolvedColumn, position: number): string {
  const extreme = sequence.increment > 0n ? 'max' : 'min'
  return `select ${String(position)} as position, last_value::text as "lastValue", is_called as "isCalled",
  (select pg_catalog.${extreme}(${quoteIdentifier(column)})::text from ${quoteQualified(schema, table)}) as "columnMax"
  from ${quoteQualified(sequence.schema, sequence.name)}`
}
