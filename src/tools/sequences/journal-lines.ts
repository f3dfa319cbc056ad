import type { DatabaseIdentity } from '../catalog/identity'
import type { SequenceColumn } from '../catalog/sequence-column'

/** What a journal holds. */
export interface JournalContent {
  readonly begun: Date
  /** Of each database that is not finished, the columns that are settled. */
  readonly settled: ReadonlyMap<string, ReadonlySet<string>>
}

const FORMAT = 'typeorm-resync apply, 1'

/** Returns a journal's first line. */
export function beginning(begun: Date): string {
  return `${JSON.stringify({ journal: FORMAT, begun: begun.toISOString() })}\n`
}

/** Returns the line that says which columns of a database need no more work. */
export function settledLine(
  database: DatabaseIdentity,
  columns: readonly SequenceColumn[],
): string {
  return `${JSON.stringify({ ...database, settled: columns.map(placeOf) })}\n`
}

/** Returns the line that says that nothing is left to do in a database: what is settled there counts no more, because another run is to look again. */
export function finishedLine(database: DatabaseIdentity): string {
  return `${JSON.stringify({ ...database, finished: true })}\n`
}

/** Returns what tells a database from all others. */
export function databaseKey(database: DatabaseIdentity): string {
  return keyOf(database, [])
}

/** Returns what tells a column from all others; made anew, or bound to another sequence, it is another. */
export function settledKey(database: DatabaseIdentity, column: SequenceColumn): string {
  return keyOf(database, placeOf(column))
}

/** Reads a journal; null where its first line is not that of one. What a kill cut short is left out: those columns are looked at again. */
export function parseJournal(text: string): JournalContent | null {
  const [first = '', ...lines] = text.split('\n')
  const { journal, begun } = parsed(first)
  if (journal !== FORMAT || typeof begun !== 'string' || Number.isNaN(Date.parse(begun)))
    return null
  const settled = new Map<string, Set<string>>()
  for (const line of lines) {
    const { settled: places, finished, ...others } = parsed(line)
    const database = others as unknown as DatabaseIdentity
    const key = databaseKey(database)
    if (finished === true) settled.delete(key)
    if (!Array.isArray(places)) continue
    const here = settled.get(key) ?? new Set()
    for (const place of places) here.add(keyOf(database, place as string[]))
    settled.set(key, here)
  }
  return { begun: new Date(begun), settled }
}

function placeOf({ schema, table, column, sequence }: SequenceColumn): string[] {
  return [sequence?.oid ?? '', schema, table, column]
}

function keyOf(
  { system, started, oid, database }: DatabaseIdentity,
  place: readonly string[],
): string {
  return JSON.stringify([system, started, oid, database, ...place])
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>
  } catch {
    return {}
  }
}
