import type { DataSource, EntityMetadata } from 'typeorm'
import { nearestNames } from '../../suggestion'
import { classRules } from './class-rules'
import { columnTexts, isSequenceFed, type ColumnText } from './column-texts'
import type { RuledClass } from './quick-check'
import { reason, type Reason } from './reason'

/** An event's properties, whatever they hold. */
export type Properties = Readonly<Record<string, unknown>>

/** The row that an event becomes, or everything that is wrong with it. */
export interface Taken {
  readonly row: Record<string, string | null | undefined>
  readonly reasons: readonly Reason[]
}

/**
 * Returns how events of an entity become rows.
 *
 * @param apart - properties that the caller sees to: they are no column here, though the class's rules hold for them too
 */
export function entityRows(
  dataSource: DataSource,
  metadata: EntityMetadata,
  apart: readonly string[] = [],
): (event: Properties) => Taken {
  const columns = columnTexts(dataSource, metadata).filter(({ path }) => !apart.includes(path))
  const { target } = metadata
  const rules = typeof target === 'function' ? classRules(target as RuledClass) : undefined
  const sequenceFed = metadata.columns.filter(isSequenceFed).map((column) => column.propertyName)
  const own = columns.map(({ path }) => path.split('.')[0] ?? path)
  const known = new Set([...own, ...sequenceFed, ...apart, ...(rules?.properties ?? [])])

  const apartColumns = metadata.columns.filter(({ propertyPath }) => apart.includes(propertyPath))
  const empty = emptyRow([
    ...columns.map(({ name }) => name),
    ...apartColumns.map(({ databaseName }) => databaseName),
  ])

  const mayPass = (event: Properties) =>
    Object.keys(event).every((name) => known.has(name)) &&
    sequenceFed.every((name) => isLeftOut(event[name])) &&
    (rules?.passes(event) ?? true)

  const reasonsAgainst = (event: Properties) =>
    firstOfEach([
      ...(rules?.reasons(event) ?? []),
      ...Object.keys(event)
        .filter((name) => !known.has(name))
        .map((name) => unknownProperty(name, event[name], known)),
      ...sequenceFed
        .filter((name) => !isLeftOut(event[name]))
        .map((name) => reason(name, event[name], 'must be left out: its sequence gives it')),
      ...columns.flatMap((column) => columnReasons(column, event)),
    ])

  return (event) => {
    if (mayPass(event)) {
      const row = rowOf(columns, event, empty)
      if (row) return { row, reasons: [] }
    }
    const reasons = reasonsAgainst(event)
    return { row: reasons.length > 0 ? {} : (rowOf(columns, event, empty) ?? {}), reasons }
  }
}

/** Returns undefined where a column has no text for what the event holds. */
function rowOf(
  columns: readonly ColumnText[],
  event: Properties,
  empty: Taken['row'],
): Taken['row'] | undefined {
  const row = { ...empty }
  try {
    for (const column of columns) {
      const text = column.text(event)
      if (text === undefined ? column.required : text === null && !column.nullable) return undefined
      // Left out, it gets PostgreSQL's default, which is what TypeORM would insert.
      row[column.name] = text
    }
  } catch {
    return undefined
  }
  return row
}

/**
 * Returns a row that leaves everything out, to be copied. One that is filled name by name becomes a hash table in V8 after a dozen: twice the memory, and slower to
 * read. The parser of JSON makes none.
 */
function emptyRow(names: readonly string[]): Taken['row'] {
  const row = JSON.parse(
    JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))),
  ) as Record<string, string | null | undefined>
  for (const name of names) row[name] = undefined
  return row
}

function columnReasons(column: ColumnText, event: Properties): Reason[] {
  const { path, required, nullable, type } = column
  try {
    const text = column.text(event)
    const expected = `must be there: the column is not null`
    if (text === undefined ? required : text === null && !nullable) {
      return [reason(path, column.read(event), expected)]
    }
    return []
  } catch {
    return [reason(path, column.read(event), `must be what a column of type ${type} can hold`)]
  }
}

function unknownProperty(name: string, value: unknown, known: ReadonlySet<string>): Reason {
  const nearest = nearestNames(name, known).trim().replace(/\.$/, '')
  return reason(name, value, `is no property that is written. ${nearest}`)
}

/** The class's words on a property come before the table's. */
function firstOfEach(reasons: readonly Reason[]): Reason[] {
  const seen = new Set<string>()
  return reasons.filter(({ property }) => !seen.has(property) && seen.add(property))
}

function isLeftOut(value: unknown): boolean {
  return value === undefined || value === null
}
