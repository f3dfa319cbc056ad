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
  readonly row: Record<string, string | null>
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
      const row = rowOf(columns, event)
      if (row) return { row, reasons: [] }
    }
    const reasons = reasonsAgainst(event)
    return { row: reasons.length > 0 ? {} : (rowOf(columns, event) ?? {}), reasons }
  }
}

/** Returns undefined where a column has no text for what the event holds. */
function rowOf(columns: readonly ColumnText[], event: Properties): Taken['row'] | undefined {
  const row: Taken['row'] = {}
  try {
    for (const column of columns) {
      const text = column.text(event)
      if (text === undefined ? column.required : text === null && !column.nullable) return undefined
      // PostgreSQL's default is what TypeORM would insert.
      if (text !== undefined) row[column.name] = text
    }
  } catch {
    return undefined
  }
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
