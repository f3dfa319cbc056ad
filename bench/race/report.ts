import type { Table } from '../figures'
import type { Tally } from './tally'

/** What came out beside one repair under one workload. */
export interface Result {
  readonly workload: string
  readonly repair: string
  readonly tally: Tally
}

const COLUMNS: Table['columns'] = [
  ['workload', 'left'],
  ['repair', 'left'],
  ['inserts', 'right'],
  ['of none', 'right'],
  ['repairs', 'right'],
  ['duplicates', 'right'],
  ['drifted', 'right'],
  ['stepped back', 'right'],
  ['longest wait, ms', 'right'],
  ['errors', 'right'],
]

/** Returns the results as a table. */
export function raceTable(results: readonly Result[]): Table {
  return { columns: COLUMNS, rows: cells(results) }
}

function cells(results: readonly Result[]): string[][] {
  const baselines = new Map<string, number>()
  for (const { workload, repair, tally } of results) {
    if (repair === 'none') baselines.set(workload, tally.inserts)
  }
  return results.map(({ workload, repair, tally }) => [
    workload,
    repair,
    count(tally.inserts),
    `${String(Math.round((100 * tally.inserts) / (baselines.get(workload) ?? NaN)))} %`,
    repair === 'none' ? '' : count(tally.repairs),
    count(tally.duplicates),
    count(tally.drifted),
    count(tally.steppedBack),
    count(Math.round(tally.longestWaitMillis)),
    count(tally.errors),
  ])
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
