import { textTable, type Alignment } from '../../src/tools/cli/output/table'
import type { Tally } from './tally'

/** What came out beside one repair under one workload. */
export interface Result {
  readonly workload: string
  readonly repair: string
  readonly tally: Tally
}

const COLUMNS: readonly (readonly [heading: string, alignment: Alignment])[] = [
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

const HEADINGS = COLUMNS.map(([heading]) => heading)
const ALIGNMENTS = COLUMNS.map(([, alignment]) => alignment)

/** Returns the results as text, for a terminal or a file. */
export function plainTable(results: readonly Result[]): string {
  return textTable(HEADINGS, ALIGNMENTS, cells(results))
}

/** Returns the results as a Markdown table, not yet aligned. */
export function markdownTable(results: readonly Result[]): string {
  const rule = ALIGNMENTS.map((alignment) => (alignment === 'left' ? '---' : '--:'))
  return [HEADINGS, rule, ...cells(results)].map((row) => `| ${row.join(' | ')} |`).join('\n')
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
