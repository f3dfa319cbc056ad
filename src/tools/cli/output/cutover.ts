import type { Comparison } from '../../cutover/compare'
import { isAlone, type ComparedSequence } from '../../cutover/compared'
import { DEFAULT_HEADROOM, type RaisedSequence, type Raising } from '../../cutover/raise'
import type { Server } from '../../catalog/server'
import { selectionOptions } from '../../cutover/selection-options'
import { sequenceName } from '../../sequences/names'
import type { Selection } from '../../sequences/selection'
import { jsonValue, verdictCell } from './columns'
import { counted } from './counted'
import { printable } from './printable'
import { textTable } from './table'

/** Returns the column that a sequence feeds, and how many others it feeds; where it feeds none, its own name. */
export function shownName({ columns, target, source }: ComparedSequence): string {
  const [column, ...others] = columns
  if (column) {
    const more = others.length === 0 ? '' : ` +${String(others.length)}`
    return printable(`${column.schema}.${column.table}.${column.column}${more}`)
  }
  const sequence = target ?? source
  return printable(sequence ? `${sequence.schema}.${sequence.name}` : '?')
}

function next(side: ComparedSequence['source']): string {
  return side === null ? '' : side.nextValue === null ? '?' : String(side.nextValue)
}

/** Returns a row for each sequence, and what they come to. */
export function comparisonTable({ sequences }: Comparison, colour: boolean): string {
  if (sequences.length === 0) return 'There is no sequence to compare.'
  const rows = sequences.map((sequence) => [
    shownName(sequence),
    next(sequence.source),
    next(sequence.target),
    sequence.gap === null ? '' : String(sequence.gap),
    verdictCell(sequence.verdict, colour),
  ])
  const headings = ['COLUMN OR SEQUENCE', 'SOURCE NEXT', 'TARGET NEXT', 'GAP', 'VERDICT']
  const { total, ok, behind, unknown, alone } = comparisonCounts(sequences)
  return `${textTable(headings, ['left', 'right', 'right', 'right', 'left'], rows)}\n${counted(total, 'sequence')}: ${String(ok)} ok, ${String(behind)} behind, ${String(unknown)} unknown.${aloneText(alone)}`
}

/** By itself, because one that nothing was compared with is ok, too. */
function aloneText(alone: number): string {
  if (alone === 0) return ''
  return ` ${String(alone)} ${alone === 1 ? 'is' : 'are'} in the target alone.`
}

/** How many sequences there are, of each verdict; and how many the target has alone. */
export function comparisonCounts(sequences: readonly ComparedSequence[]) {
  const of = (verdict: string) => sequences.filter((one) => one.verdict === verdict).length
  return {
    total: sequences.length,
    ok: of('ok'),
    behind: of('behind'),
    unknown: of('unknown'),
    alone: sequences.filter(isAlone).length,
  }
}

/** Returns a sentence about each sequence that is not ok, or worth a word. */
export function comparisonLines({ sequences }: Comparison): string[] {
  return sequences.flatMap(({ reason, note }) => reason ?? note ?? [])
}

/** Returns what to run where one is behind, of what was selected. */
export function comparisonAdvice({ sequences }: Comparison, selection: Selection): string[] {
  return sequences.some(({ verdict }) => verdict === 'behind')
    ? [
        `Raise what is behind shortly before the switch. Run: typeorm-resync apply --from URL${selectionOptions(selection)} --headroom ${String(DEFAULT_HEADROOM)}`,
      ]
    : []
}

/** Names the source in the commands of lines as it was named in this run. A URL stays a word in its place: it may hold a password. */
export function namingSource(lines: readonly string[], source: string): string[] {
  if (!source.startsWith('env:')) return [...lines]
  return lines.map((line) =>
    line.replace(
      /(Run: typeorm-resync apply) --from URL/,
      (_, command: string) => `${command} --from ${source}`,
    ),
  )
}

/** Returns a comparison's fields in JSON; their names are a contract. */
export function jsonComparison({ target, source, checkedAt, sequences }: Comparison) {
  return {
    ...jsonServers(target, source),
    checkedAt: checkedAt.toISOString(),
    summary: comparisonCounts(sequences),
    sequences: sequences.map(jsonSequence),
  }
}

function jsonServers(target: Server, source: Server) {
  const of = ({ version, inRecovery }: Server) => ({ version, inRecovery })
  return {
    database: target.database,
    server: of(target),
    source: { database: source.database, server: of(source) },
  }
}

function jsonSequence({ columns, source, target, verdict, gap, reason, note }: ComparedSequence) {
  return {
    columns,
    sequence: target && sequenceName(target),
    sourceSequence: source && sequenceName(source),
    nextValue: jsonValue(target?.nextValue ?? null),
    sourceNextValue: jsonValue(source?.nextValue ?? null),
    gap: jsonValue(gap),
    verdict,
    reason,
    note,
  }
}

/** Returns a row for each sequence that was raised, and what all come to; of a dry run, the statements too. */
export function raisingTable(raising: Raising): string {
  const { dryRun, raised } = raising
  const { unchanged, refused, notBegun, alone } = raisingCounts(raising)
  const stopped = notBegun === 0 ? '' : `, ${String(notBegun)} not begun`
  const rows = raised.map((sequence) => [
    shownName(sequence),
    next(sequence.source),
    String(sequence.before),
    String(sequence.after),
    sequence.method,
  ])
  const headings = ['COLUMN OR SEQUENCE', 'SOURCE NEXT', 'NEXT BEFORE', 'NEXT AFTER', 'METHOD']
  return [
    ...(rows.length > 0
      ? [textTable(headings, ['left', 'right', 'right', 'right', 'left'], rows)]
      : []),
    ...raised.flatMap(({ sql }) => (sql === null ? [] : [`\n${sql};\n`])),
    `${String(raised.length)} ${dryRun ? 'to raise' : 'raised'}, ${String(unchanged)} unchanged, ${String(refused)} refused${stopped}.${aloneText(alone)}`,
  ].join('\n')
}

/** How many sequences there are, by what became of them; and how many the target has alone. */
function raisingCounts({ raised, unchanged, refused, notBegun }: Raising) {
  const all = [...raised, ...unchanged, ...refused, ...notBegun]
  return {
    raised: raised.length,
    unchanged: unchanged.length,
    refused: refused.length,
    notBegun: notBegun.length,
    alone: all.filter(isAlone).length,
  }
}

/** Returns a sentence about each sequence that was refused, or is worth a word. */
export function raisingLines({ raised, unchanged, refused }: Raising): string[] {
  return [
    ...refused.map(({ reason }) => reason),
    ...[...raised, ...unchanged].flatMap(({ note }) => note ?? []),
  ]
}

/** Returns a raising's fields in JSON; their names are a contract. */
export function jsonRaising(raising: Raising) {
  const { target, source, dryRun, headroom, raised, unchanged, refused, notBegun } = raising
  return {
    ...jsonServers(target, source),
    dryRun,
    headroom: String(headroom),
    raised: raised.map(jsonRaised),
    unchanged: unchanged.map(jsonSequence),
    refused: refused.map(jsonSequence),
    notBegun: notBegun.map(jsonSequence),
    summary: raisingCounts(raising),
  }
}

function jsonRaised(sequence: RaisedSequence) {
  const { before, after, method, sql } = sequence
  return {
    ...jsonSequence(sequence),
    before: String(before),
    after: String(after),
    method,
    ...(sql !== null && { sql }),
  }
}
