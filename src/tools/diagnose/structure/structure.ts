import { isResolved, type ResolvedColumn } from '../../catalog/sequence-column'
import { quoteIdentifier, quoteLiteral, quoteQualified } from '../../db/quoting'
import { columnName, sequenceName, tableArgument } from '../../sequences/names'
import type { VerifiedColumn } from '../../sequences/verify'
import type { Cause } from '../cause'
import { columnFinder, type Context } from '../context'
import { readLastValue, readRelatives, type Relative } from './read'

/** Finds causes in how columns are tied to sequences; what is only untidy, and not behind, is verify's to say. */
export const structureFinder = columnFinder(
  'how columns are tied to sequences',
  async (column, context) => [
    ...(column.verdict === 'behind'
      ? [
          ...shared(column, context),
          ...(await otherSequence(column, context)),
          ...(await partitions(column, context)),
        ]
      : []),
    ...cached(column),
  ],
)

function shared(column: VerifiedColumn, { known }: Context): Cause[] {
  const { sequence, nextValue, columnMax } = column
  if (!sequence) return []
  const others = known.filter(
    (other) =>
      other.sequence?.oid === sequence.oid &&
      (other.schema !== column.schema ||
        other.table !== column.table ||
        other.column !== column.column),
  )
  if (others.length === 0) return []
  const isPast = (max: bigint | null) =>
    nextValue !== null &&
    max !== null &&
    (sequence.increment > 0n ? max < nextValue : max > nextValue)
  // Set by the rows of one table alone, it is past those and not past another's.
  const passed = [column, ...others].filter((one) => isPast(one.columnMax))
  return [
    {
      kind: 'shared-sequence',
      summary: `Sequence ${sequenceName(sequence)} feeds ${[column, ...others].map(columnName).join(' and ')}; it must be past all of them.`,
      confidence: passed.length > 0 ? 'likely' : 'possible',
      evidence: [
        { source: 'catalog', text: `next value ${String(nextValue)}` },
        ...[{ ...column, columnMax }, ...others].map((one) => ({
          source: 'table',
          text: `${columnName(one)} holds up to ${String(one.columnMax ?? 'nothing')}`,
        })),
      ],
      remedy: `A setval to the max of one of these tables leaves it behind the others. Run: typeorm-resync apply --table ${tableArgument(column)}`,
    },
  ]
}

async function otherSequence(column: VerifiedColumn, { session }: Context): Promise<Cause[]> {
  const fault = column.faults.find(
    ({ kind }) => kind === 'other-default' || kind === 'two-sequences',
  )
  const { sequence, owns, columnMax } = column
  if (!fault || !sequence || (fault.kind !== 'other-default' && fault.kind !== 'two-sequences'))
    return []
  const unused = owns.filter(
    ({ schema, name }) => schema !== sequence.schema || name !== sequence.name,
  )
  const lasts = []
  for (const owned of unused) lasts.push({ owned, last: await readLastValue(session, owned) })
  const isMoved = lasts.some(({ last }) => last !== null && columnMax !== null && last >= columnMax)
  return [
    {
      kind: fault.kind,
      summary: `${columnName(column)} draws from ${sequenceName(sequence)}, and owns another sequence, which is the one that pg_get_serial_sequence may name.`,
      confidence: isMoved ? 'likely' : 'possible',
      evidence: lasts.map(({ owned, last }) => ({
        source: 'catalog',
        text: `${sequenceName(owned)}, which it owns and does not draw from, ${last === null ? 'gave no value' : `stands at ${String(last)}; the highest value is ${String(columnMax)}`}`,
      })),
      remedy: fault.message,
    },
  ]
}

async function partitions(column: VerifiedColumn, { session }: Context): Promise<Cause[]> {
  if (!isResolved(column)) return []
  const relatives = await readRelatives(session, column)
  if (relatives.length === 0) return []
  const evidence = []
  let isDrawn = false
  for (const relative of relatives) {
    const last = await readLastValue(session, relative.sequence)
    isDrawn ||= last !== null
    evidence.push({
      source: 'catalog',
      text: `${columnName(relative)} draws from ${sequenceName(relative.sequence)}, which ${last === null ? 'gave no value' : `gave up to ${String(last)}`}`,
    })
  }
  return [
    {
      kind: 'partition-sequence',
      summary: `${columnName(column)} shares its rows with tables of the same partitioning that draw from sequences of their own.`,
      confidence: isDrawn ? 'likely' : 'possible',
      evidence,
      remedy: oneSequence(column, relatives),
    },
  ]
}

/** The partitioned table's, where it has one; which of its partitions' is kept does not matter. */
function oneSequence(column: ResolvedColumn, relatives: readonly Relative[]): string {
  const kept = relatives.find(({ isRoot }) => isRoot) ?? column
  const statements = [column, ...relatives]
    .filter(({ sequence }) => sequence.oid !== kept.sequence.oid)
    .map((one) => {
      const alter = `ALTER COLUMN ${quoteIdentifier(one.column)}`
      const drop = one.binding.startsWith('identity') ? `${alter} DROP IDENTITY, ` : ''
      const value = `nextval(${quoteLiteral(sequenceName(kept.sequence))}::regclass)`
      return `ALTER TABLE ${quoteQualified(one.schema, one.table)} ${drop}${alter} SET DEFAULT ${value}`
    })
  return `Give all of them one sequence: ${statements.join('; ')}; then run: typeorm-resync apply --table ${tableArgument(kept)}`
}

function cached(column: VerifiedColumn): Cause[] {
  const { sequence } = column
  if (!sequence || sequence.cache === 1n) return []
  return [
    {
      kind: 'cached-values',
      summary: `Sessions take ${String(sequence.cache)} values of ${sequenceName(sequence)} at a time, and give them later: also after a repair, and through a pooler for as long as the connection lives.`,
      confidence: 'possible',
      evidence: [
        {
          source: 'catalog',
          text: `${sequenceName(sequence)} has CACHE ${String(sequence.cache)}`,
        },
      ],
      remedy: `A repair by the sequence's owner makes sessions drop them. To take one at a time: ALTER SEQUENCE ${sequenceName(sequence)} CACHE 1`,
    },
  ]
}
