import { isResolved, type ResolvedColumn } from '../../catalog/sequence-column'
import { quoteIdentifier, quoteQualified } from '../../db/quoting'
import type { Session } from '../../db/session'
import { columnName, sequenceName } from '../../sequences/names'
import type { Cause } from '../cause'
import { columnFinder } from '../context'
import { blockSize, foreignIds } from './patterns'

/** Read by an index from its end: some milliseconds, whatever the table's size. */
const MOST = 1000

const START = `
  select s.seqstart::text as start
    from pg_catalog.pg_sequence s, pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_index x on x.indrelid = c.oid and x.indisvalid and x.indpred is null
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0] and a.attname = $4
    join pg_catalog.pg_am am on am.amname = 'btree'
    join pg_catalog.pg_class i on i.oid = x.indexrelid and i.relam in (am.oid, 0) or i.oid = x.indexrelid and i.relkind = 'I'
   where s.seqrelid = $1::oid and n.nspname = $2 and c.relname = $3
   limit 1`

/** Finds what the values in a column say of who gave them. */
export const idsFinder = columnFinder('the values of a column', async (column, { session }) => {
  if (!isResolved(column) || column.verdict === 'unknown') return []
  const { sequence, schema, table } = column
  const [row] = await session.query<{ start: string }>(START, [
    sequence.oid,
    schema,
    table,
    column.column,
  ])
  if (!row) return []
  const ids = await readEnd(session, column)
  return [
    ...nodes(column, BigInt(row.start), ids),
    ...(column.verdict === 'behind' ? blocks(column, ids) : []),
  ]
})

async function readEnd(session: Session, column: ResolvedColumn): Promise<bigint[]> {
  const value = quoteIdentifier(column.column)
  const from = `${column.partitioned ? '' : 'only '}${quoteQualified(column.schema, column.table)}`
  const order = column.sequence.increment > 0n ? 'desc' : 'asc'
  const rows = await session.query<{ id: string }>(
    `select ${value}::text as id from ${from} where ${value} is not null order by ${value} ${order} limit ${String(MOST)}`,
  )
  return rows.map(({ id }) => BigInt(id))
}

function nodes(column: ResolvedColumn, start: bigint, ids: readonly bigint[]): Cause[] {
  const { sequence } = column
  const { outside, ofOtherPhase } = foreignIds(sequence, start, ids)
  if (outside === 0 && ofOtherPhase === 0) return []
  const range = `${String(sequence.minValue)} to ${String(sequence.maxValue)}`
  const seen = `of the last ${String(ids.length)} values, `
  return [
    {
      kind: 'node-ranges',
      summary: `${columnName(column)} holds values that ${sequenceName(sequence)} can never give: another node's, or an application's.`,
      confidence: ofOtherPhase > 0 ? 'likely' : 'possible',
      evidence: [
        ...(ofOtherPhase > 0
          ? [
              {
                source: 'table',
                text: `${seen}${String(ofOtherPhase)} are not ${String(start)} plus a multiple of ${String(sequence.increment)}`,
              },
            ]
          : []),
        ...(outside > 0
          ? [{ source: 'table', text: `${seen}${String(outside)} are outside of ${range}` }]
          : []),
      ],
      remedy:
        'Where several nodes write with ranges or phases of their own, rows of others do no harm to this sequence: look whether its next values are taken before it is moved. Where one node writes, find what gives these values.',
    },
  ]
}

function blocks(
  column: ResolvedColumn & { readonly lastValue: bigint | null },
  ids: readonly bigint[],
): Cause[] {
  const size = blockSize(ids)
  if (size === null) return []
  return [
    {
      kind: 'application-ids',
      summary: `${columnName(column)} holds values in blocks of ${String(size)}, as an application gives them that takes a block at a time (hi/lo).`,
      confidence: 'possible',
      evidence: [
        {
          source: 'table',
          text: `the last ${String(ids.length)} values stand in runs whose beginnings are multiples of ${String(size)} apart`,
        },
      ],
      remedy: `Let ${sequenceName(column.sequence)} alone give the values, or make its INCREMENT what the application takes at a time.`,
    },
  ]
}
