import { isResolved, type ResolvedColumn } from '../catalog/sequence-column'
import { quoteIdentifier, quoteQualified } from '../db/quoting'
import type { Session } from '../db/session'
import { inTransaction, type Timeouts } from '../db/transaction'
import { ConnectionError } from '../errors'
import { rangeEnd } from '../sequences/position'
import type { VerifiedColumn } from '../sequences/verify'

/** Columns in one statement. */
const BATCH = 100

type Ahead = ResolvedColumn & { readonly nextValue: bigint }

/**
 * Reads, of each column that is behind, the first value from its next one on that it holds already. Only reads; what cannot be read, or not within the
 * statement's timeout, is left out.
 */
export async function readFirstTaken(
  session: Session,
  columns: readonly VerifiedColumn[],
  timeouts: Timeouts,
): Promise<Map<VerifiedColumn, bigint>> {
  const taken = new Map<VerifiedColumn, bigint>()
  const behind = columns.filter(isAhead)
  for (let start = 0; start < behind.length; start += BATCH) {
    const batch = behind.slice(start, start + BATCH)
    const values = await readBatch(session, batch, timeouts)
    for (const [index, column] of batch.entries()) {
      const value = values[index]
      if (value !== undefined && value !== null) taken.set(column, value)
    }
  }
  return taken
}

function isAhead(column: VerifiedColumn): column is VerifiedColumn & Ahead {
  return column.verdict === 'behind' && isResolved(column) && column.nextValue !== null
}

/** One statement for the batch; where that fails, one for each column, so that only the culprit is not known. */
async function readBatch(
  session: Session,
  batch: readonly Ahead[],
  timeouts: Timeouts,
): Promise<(bigint | null)[]> {
  try {
    const rows = await inTransaction(session, 'read only', timeouts, () =>
      session.query<{ taken: string | null }>(firstTakenSql(batch)),
    )
    return rows.map(({ taken }) => (taken === null ? null : BigInt(taken)))
  } catch (error) {
    // The connection is gone: so would all others be, and what was verified is still worth a report.
    if (batch.length === 1 || error instanceof ConnectionError) return batch.map(() => null)
    const values: (bigint | null)[] = []
    for (const column of batch) values.push(...(await readBatch(session, [column], timeouts)))
    return values
  }
}

/** Returns the statement that reads the first taken value of `columns`, a row each, in their order. */
export function firstTakenSql(columns: readonly Ahead[]): string {
  return `${columns.map(firstTaken).join('\nunion all\n')}\norder by position`
}

/** The values are numbers of ours; written into the statement, because a batch would have more parameters than a message holds. A min() finds an index. */
function firstTaken(column: Ahead, position: number): string {
  const { schema, table, partitioned, sequence, nextValue } = column
  const rows = `${partitioned ? '' : 'only '}${quoteQualified(schema, table)}`
  const value = quoteIdentifier(column.column)
  const [next, end] = [`'${String(nextValue)}'`, `'${String(rangeEnd(column))}'`]
  const { increment } = sequence
  const up = increment > 0n
  const reached = up ? `between ${next} and ${end}` : `between ${end} and ${next}`
  // Of a sequence that gives every other value, those between are never drawn. As numeric: the difference may be more than a bigint.
  const drawn =
    increment === 1n || increment === -1n
      ? ''
      : ` and (${value}::numeric - ${next}) % ${String(increment)} = 0`
  return `select ${String(position)} as position,
  (select pg_catalog.${up ? 'min' : 'max'}(${value})::text from ${rows} where ${value} ${reached}${drawn}) as taken`
}
