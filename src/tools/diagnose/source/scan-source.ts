import { repairsIn } from '../../generator/render'
import { timestampOf } from '../../generator/name'
import { columnName, tableArgument } from '../../sequences/names'
import type { Cause, CauseKind } from '../cause'
import { writesInCode, writesInSql, type Write } from './code-writes'
import { sourceFiles, type SourceFile } from './files'
import { codeTokens } from './lexer'
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

interface Finding extends Write {
  readonly kind: CauseKind
  readonly source: string
  /** Of a migration, when it runs. */
  readonly timestamp: number | undefined
}

/** Scans a project's TypeScript, JavaScript and SQL for what gives the columns' values past their sequences. Changes nothing. */
export async function scanSource(
  folder: string,
  columns: readonly ScannedColumn[],
  { tests = false, maxFiles = 20_000 }: ScanOptions = {},
): Promise<SourceFindings> {
  const notes: string[] = []
  const findings: Finding[] = []
  const resyncs: { readonly timestamp: number; readonly text: string }[] = []
  let files = 0
  for await (const file of sourceFiles(folder, { tests, maxFiles }, notes)) {
    files += 1
    const timestamp = timestampOf(file.path.split('/').at(-1) ?? '')
    const resync = repairsIn(file.text).join('\n')
    if (timestamp !== undefined && resync !== '') resyncs.push({ timestamp, text: resync })
    findings.push(...findingsIn(file, columns, timestamp))
  }
  const open = findings.filter(
    ({ timestamp = Infinity, column }) =>
      !resyncs.some((resync) => resync.timestamp > timestamp && repairs(resync.text, column)),
  )
  return { causes: columns.flatMap((column) => causesOf(column, open)), notes, files }
}

function repairs(text: string, { table, column }: ScannedColumn): boolean {
  return text.includes(`"${table.replaceAll('"', '""')}"'`) && text.includes(`'${column}'`)
}

function findingsIn(
  { path, text }: SourceFile,
  columns: readonly ScannedColumn[],
  timestamp: number | undefined,
): Finding[] {
  const kind = kindOf(path, text)
  const sql = path.endsWith('.sql')
  const writes = sql ? writesInSql(text, columns) : writesInCode(codeTokens(text), columns)
  const line = lineOf(text)
  const resynced = /\b(?:resyncSequences|withResync)\s*\(/.test(text)
  const given = writes
    .filter(({ column, at }) => !resynced && !setsAfter(text.slice(at), column))
    .map((write) => ({ ...write, kind, source: `${path}:${String(line(write.at))}`, timestamp }))
  return sql ? given : [...given, ...plainEntities(path, text, columns, line)]
}

function kindOf(path: string, text: string): CauseKind {
  if (/\bimplements\s+MigrationInterface\b/.test(text) || /(?:^|\/)migrations?\//.test(path)) {
    return 'migration'
  }
  return /seed|fixture/i.test(path) ? 'seed' : 'source-insert'
}

/** Tells whether a setval of the column's sequence comes later in the file. */
function setsAfter(text: string, { table }: ScannedColumn): boolean {
  const [, ...calls] = text.split(/\bsetval\s*\(/i)
  return calls.some((call) => call.slice(0, 300).includes(table))
}

function plainEntities(
  path: string,
  text: string,
  columns: readonly ScannedColumn[],
  line: (at: number) => number,
): Finding[] {
  if (!columns.some(({ plain }) => plain.length > 0)) return []
  const classes = codeTokens(text).filter((_, index, all) => all[index - 1]?.text === 'class')
  return columns.flatMap((column) =>
    classes
      .filter(({ text }) => column.plain.includes(text))
      .map(({ text, at }) => ({
        column,
        at,
        text: `class ${text}`,
        confidence: 'likely',
        kind: 'primary-column',
        source: `${path}:${String(line(at))}`,
        timestamp: undefined,
      })),
  )
}

/** Returns a function that tells the line of a place. */
function lineOf(text: string): (at: number) => number {
  return (at) => text.slice(0, at).split('\n').length
}

const WHAT: Readonly<Partial<Record<CauseKind, string>>> = {
  'source-insert': 'The code gives values for',
  'primary-column': 'Another entity, which gives the key itself, stands for the table of',
  seed: 'A seed gives values, and no resync follows, for',
  migration: 'A migration gives values, and no resync follows, for',
}

function causesOf(column: ScannedColumn, findings: readonly Finding[]) {
  const kinds: readonly CauseKind[] = ['source-insert', 'seed', 'migration', 'primary-column']
  return kinds.flatMap((kind) => {
    const own = findings.filter((finding) => finding.column === column && finding.kind === kind)
    if (own.length === 0) return []
    const cause: Cause = {
      kind,
      summary: `${WHAT[kind] ?? ''} ${columnName(column)}.`,
      confidence: own.some(({ confidence }) => confidence === 'likely') ? 'likely' : 'possible',
      evidence: own.slice(0, 20).map(({ source, text }) => ({ source, text })),
      remedy: `Leave the key out there, or resync after it. Run: typeorm-resync apply --table ${tableArgument(column)}`,
    }
    return [{ column, cause }]
  })
}
