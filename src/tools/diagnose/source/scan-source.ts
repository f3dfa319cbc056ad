import { repairsIn } from '../../generator/render'
import { columnName, tableArgument } from '../../sequences/names'
import type { Cause, CauseKind } from '../cause'
import { findingsIn, type Finding } from './file-findings'
import { sourceFiles } from './files'
import type { ScannedColumn } from './scanned-column'

/** How to scan. */
export interface ScanOptions {
  /** Reads tests, too. Default: false. */
  readonly tests?: boolean | undefined
  /** How many files are read at most. Default: 20,000. */
  readonly maxFiles?: number | undefined
}

/** What `scanSource` found. */
export interface SourceFindings {
  readonly causes: readonly { readonly column: ScannedColumn; readonly cause: Cause }[]
  /** What was not read, in a form to print. */
  readonly notes: readonly string[]
  /** How many files were read. */
  readonly files: number
}

/** Scans a project's TypeScript, JavaScript and SQL for what gives the columns' values past their sequences. Changes nothing. */
export async function scanSource(
  folder: string,
  columns: readonly ScannedColumn[],
  { tests = false, maxFiles = 20_000 }: ScanOptions = {},
): Promise<SourceFindings> {
  const notes: string[] = []
  const findings: Finding[] = []
  const later: ((finding: Finding) => boolean)[] = []
  let files = 0
  for await (const file of sourceFiles(folder, { tests, maxFiles }, notes)) {
    files += 1
    const { findings: found, resyncs, timestamp } = findingsIn(file, columns, notes)
    findings.push(...found)
    if (timestamp === undefined) continue
    const written = repairsIn(file.text).join('\n')
    if (written === '' && resyncs.length === 0) continue
    later.push(
      (finding) =>
        finding.timestamp !== undefined &&
        finding.timestamp < timestamp &&
        (repairs(written, finding.column) ||
          resyncs.some((resync) => resync.resyncs(finding.column))),
    )
  }
  const open = findings.filter((finding) => !later.some((resyncs) => resyncs(finding)))
  return { causes: columns.flatMap((column) => causesOf(column, open, notes)), notes, files }
}

function repairs(text: string, { table, column }: ScannedColumn): boolean {
  return text.includes(`"${table.replaceAll('"', '""')}"'`) && text.includes(`'${column}'`)
}

const WHAT: Readonly<Partial<Record<CauseKind, string>>> = {
  'source-insert': 'The code gives values for',
  'primary-column': 'Another entity, which gives the key itself, stands for the table of',
  seed: 'A seed gives values, and no resync follows, for',
  migration: 'A migration gives values, and no resync follows, for',
  'went-back': 'The code sets the sequence to a constant, which may be lower, of',
}

/** How many places are shown for a column and kind. */
const MOST_PLACES = 20

function causesOf(column: ScannedColumn, findings: readonly Finding[], notes: string[]) {
  const kinds: readonly CauseKind[] = [
    'source-insert',
    'seed',
    'migration',
    'primary-column',
    'went-back',
  ]
  return kinds.flatMap((kind) => {
    const own = findings.filter((finding) => finding.column === column && finding.kind === kind)
    if (own.length === 0) return []
    if (own.length > MOST_PLACES) {
      notes.push(
        `Shows ${String(MOST_PLACES)} of ${String(own.length)} places of kind ${kind} for ${columnName(column)}.`,
      )
    }
    const cause: Cause = {
      kind,
      summary: `${WHAT[kind] ?? ''} ${columnName(column)}.`,
      confidence: own.some(({ confidence }) => confidence === 'likely') ? 'likely' : 'possible',
      evidence: own.slice(0, MOST_PLACES).map(({ source, text }) => ({ source, text })),
      remedy: `${kind === 'went-back' ? 'Set it to the highest value there is instead' : 'Leave the key out there, or resync after it'}. Run: typeorm-resync apply --table ${tableArgument(column)}`,
    }
    return [{ column, cause }]
  })
}
