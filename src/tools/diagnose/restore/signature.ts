import { quoteQualified } from '../../db/quoting'
import { columnName, sequenceName, tableArgument } from '../../sequences/names'
import type { VerifiedColumn } from '../../sequences/verify'
import type { Cause, Evidence } from '../cause'
import type { Standing } from './read'

/** What the whole database shows. */
export interface Marks {
  readonly standings: readonly Standing[]
  readonly timeline: number
  /** How many columns are behind, as far as was looked. */
  readonly behind: number
}

/** Returns what the marks say of a column that is behind: where one sequence alone shows them, they fit much else. */
export function rowsFromElsewhere(column: VerifiedColumn, marks: Marks): Cause[] {
  return [...promotion(column, marks), ...restore(column, marks)]
}

function restore(column: VerifiedColumn, { standings }: Marks): Cause[] {
  const { sequence, isCalled, columnMax } = column
  const own = standings.find(({ oid }) => oid === sequence?.oid)
  if (!sequence || isCalled !== false) return []
  const start = own?.start ?? String(column.lastValue)
  if (String(column.lastValue) !== start) return []
  const atStart = standings.filter((standing) => standing.atStart).length
  const table = quoteQualified(column.schema, column.table)
  const evidence: Evidence[] = [
    {
      source: 'catalog',
      text: `sequence ${sequenceName(sequence)} stands at its start, ${start}; the highest value is ${String(columnMax)}`,
    },
    ...(atStart > 1
      ? [
          {
            source: 'catalog',
            text: `${String(atStart)} of ${String(standings.length)} sequences of tables that hold rows stand at their start`,
          },
        ]
      : []),
  ]
  return [
    {
      kind: 'restore',
      summary: `Rows came into ${table} with their ids: by a restore, a COPY or a seed. Its sequence has given no value since its start.`,
      confidence: atStart > 1 ? 'likely' : 'possible',
      evidence,
      remedy: `After each restore, run: typeorm-resync apply${atStart > 1 ? '' : ` --table ${tableArgument(column)}`}`,
    },
  ]
}

function promotion(column: VerifiedColumn, { timeline, behind, standings }: Marks): Cause[] {
  if (timeline < 2) return []
  const many = Math.max(behind, standings.filter(({ atStart }) => atStart).length)
  return [
    {
      kind: 'promotion',
      summary: `This server was promoted, or recovered to a moment: ${columnName(column)} may hold rows that were replicated without the state of its sequence.`,
      confidence: many > 1 ? 'likely' : 'possible',
      evidence: [
        {
          source: 'server',
          text: `timeline ${String(timeline)}; one that was never promoted is on 1`,
        },
        ...(many > 1
          ? [{ source: 'catalog', text: `${String(many)} sequences are behind at once` }]
          : []),
      ],
      remedy:
        'Logical replication copies rows and no sequences. After each switch, before writers come, run: typeorm-resync apply',
    },
  ]
}
