import { styleText } from 'node:util'
import { messageOf } from '../../db/sqlstate'
import { ResyncError } from '../../errors'
import type { TargetOutcome } from '../../fleet/each-target'
import { labelOf } from '../../fleet/target'
import { EXIT, type ExitCode } from '../exit-code'
import type { Fleet } from '../fleet'
import type { Terminal } from '../terminal'
import type { Runnable } from './columns'
import { counted } from './counted'
import { printable } from './printable'
import { MOST, runnable } from './report-lines'
import { againWith } from './resync'
import { clippedTo, widthOf } from './width'
import { textTable } from './table'

/** What one database's work came to, in the table's last column. */
export type FleetResult =
  | 'ok'
  | 'behind'
  | 'unknown'
  | 'finding'
  | 'repaired'
  | 'to repair'
  | 'unchanged'
  | 'refused'
  | 'stopped'
  | 'failed'
  | 'not begun'

/** How the results of one command are shown. */
export interface FleetPresentation<R> {
  /** What is counted of each database. */
  readonly headings: readonly string[]
  readonly counts: (result: R) => readonly number[]
  readonly resultOf: (result: R) => FleetResult
  /** What is to be said of one database, a sentence each. */
  readonly lines: (result: R) => readonly string[]
}

/** So many findings of one database are said, for that none hides the others. */
const MOST_OF_EACH = 3

const WIDTH = 80
const GAP = 2

const COLOURS: Partial<Record<FleetResult, 'green' | 'yellow' | 'red'>> = {
  ok: 'green',
  behind: 'red',
  unknown: 'yellow',
  refused: 'yellow',
  stopped: 'yellow',
  failed: 'red',
  'not begun': 'yellow',
}

/** Returns a row for each database, at most 80 columns wide, and how many were done. */
export function fleetTable<R>(
  outcomes: readonly TargetOutcome<R>[],
  { headings, counts, resultOf }: FleetPresentation<R>,
  colour: boolean,
): string {
  const rows = outcomes.map((outcome) => {
    const { target, database } = labelOf(outcome.target)
    const numbers =
      outcome.state === 'done' ? counts(outcome.result).map(String) : headings.map(() => '')
    const result = outcome.state === 'done' ? resultOf(outcome.result) : outcome.state
    return { names: [printable(target), printable(database)] as const, numbers, result }
  })
  const others = headings.map((heading, index) =>
    Math.max(heading.length, ...rows.map(({ numbers }) => numbers[index]?.length ?? 0)),
  )
  const results = Math.max(6, ...rows.map(({ result }) => result.length))
  const taken = [...others, results].reduce((sum, width) => sum + GAP + width, GAP)
  const [first, second] = sharedOut(
    WIDTH - taken,
    Math.max(6, ...rows.map(({ names }) => widthOf(names[0]))),
    Math.max(8, ...rows.map(({ names }) => widthOf(names[1]))),
  )
  const table = textTable(
    ['TARGET', 'DATABASE', ...headings, 'RESULT'],
    ['left', 'left', ...headings.map(() => 'right' as const), 'left'],
    rows.map(({ names, numbers, result }) => [
      clippedTo(first, names[0]),
      clippedTo(second, names[1]),
      ...numbers,
      coloured(result, colour),
    ]),
  )
  return `${table}\n${fleetSummary(outcomes)}`
}

/** The database is what tells most of them apart: it gives way last. */
function sharedOut(room: number, first: number, second: number): [number, number] {
  const least = Math.min(first, Math.max(room - second, Math.floor(room / 3)))
  return [least, Math.min(second, room - least)]
}

function coloured(result: FleetResult, colour: boolean): string {
  const style = COLOURS[result]
  return colour && style ? styleText(style, result, { validateStream: false }) : result
}

/** How many databases there were, and how many of them came to what. */
export function fleetCounts(outcomes: readonly TargetOutcome<unknown>[]) {
  const of = (wanted: string) => outcomes.filter(({ state }) => state === wanted).length
  return {
    targets: outcomes.length,
    done: of('done'),
    failed: of('failed'),
    notBegun: of('not begun'),
  }
}

function fleetSummary(outcomes: readonly TargetOutcome<unknown>[]): string {
  const { targets, done, failed, notBegun } = fleetCounts(outcomes)
  const rest = notBegun === 0 ? '' : `, ${String(notBegun)} not begun`
  return `${counted(targets, 'database')}: ${String(done)} done, ${String(failed)} failed${rest}.`
}

/** Prints on stderr why each failed that did, all of them, and then what was found in the others. */
export function reportFleet<R>(
  outcomes: readonly TargetOutcome<R>[],
  { lines }: FleetPresentation<R>,
  fleet: Fleet,
  terminal: Terminal,
): void {
  const again = againWith(fleet.resume)
  const said = ({ target: which }: TargetOutcome<R>, sentence: string) => {
    const { target, database } = labelOf(which)
    return `${target}/${database}: ${again(runnable(sentence, fleet.selectorOf(which)))}`
  }
  for (const outcome of outcomes) {
    if (outcome.state === 'failed')
      terminal.err(printable(said(outcome, failure(outcome.error).message)))
  }
  const found = outcomes.flatMap((outcome) => {
    const all = outcome.state === 'done' ? lines(outcome.result) : []
    return all.length === 0 ? [] : [{ outcome, all }]
  })
  const isOne = outcomes.length === 1
  const most = isOne ? MOST : MOST_OF_EACH
  for (const { outcome, all } of found.slice(0, MOST)) {
    for (const line of all.slice(0, most)) terminal.err(printable(said(outcome, line)))
    if (all.length <= most) continue
    const where = isOne ? 'Use --format json for all of them.' : 'Run: typeorm-resync verify'
    const more = `… and ${String(all.length - most)} more. ${where}`
    terminal.err(printable(said(outcome, more)))
  }
  const others = found.slice(MOST)
  if (others.length > 0) {
    const more = others.reduce((sum, { all }) => sum + all.length, 0)
    terminal.err(
      `… and ${String(more)} more, of ${counted(others.length, 'other database')}. Use --format json for all of them.`,
    )
  }
  const { notBegun } = fleetCounts(outcomes)
  if (notBegun > 0)
    terminal.err(printable(again(`${counted(notBegun, 'database')} not begun. Run it again.`)))
}

/** Returns each database's fields in JSON: those of a single run where it was done, and why it failed where it did. */
export function jsonFleet<R>(
  outcomes: readonly TargetOutcome<R>[],
  jsonOf: (result: R, runnable: Runnable) => object,
  { selectorOf, resume }: Fleet,
) {
  const again = againWith(resume)
  return outcomes.map((outcome) => {
    const here = (sentence: string) => again(runnable(sentence, selectorOf(outcome.target)))
    return {
      ...labelOf(outcome.target),
      state: outcome.state,
      error: outcome.state === 'failed' ? jsonFailure(outcome.error, here) : null,
      ...(outcome.state === 'done' && jsonOf(outcome.result, here)),
    }
  })
}

function jsonFailure(error: unknown, here: Runnable) {
  const { code, message } = failure(error)
  return { code, message: here(message) }
}

function failure(error: unknown): { code: string | null; message: string } {
  return error instanceof ResyncError
    ? { code: error.code, message: error.message }
    : { code: null, message: `Unexpected: ${messageOf(error)}` }
}

/** Returns the exit code of many: 2 where no database could be worked on at all, 1 where one could not, or has findings. */
export function fleetExitCode<R>(
  outcomes: readonly TargetOutcome<R>[],
  exitCodeOf: (result: R) => ExitCode,
): ExitCode {
  if (outcomes.every(({ state }) => state !== 'done')) return EXIT.failed
  const isAllWell = outcomes.every(
    (outcome) => outcome.state === 'done' && exitCodeOf(outcome.result) === EXIT.done,
  )
  return isAllWell ? EXIT.done : EXIT.findings
}
