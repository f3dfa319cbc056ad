import type { ColumnPoint } from './memory-history'

/** What PostgreSQL's bigint can hold has 19 digits. */
const VALUE = /^-?\d{1,19}$/

/** Returns what a check found new as one line of a history file. */
export function toLine(at: Date, points: readonly ColumnPoint[]): string {
  const columns = points.map(({ column: { schema, table, column }, point }) => [
    schema,
    table,
    column,
    point.nextValue === null ? null : String(point.nextValue),
    point.columnMax === null ? null : String(point.columnMax),
  ])
  return `${JSON.stringify({ at: at.toISOString(), columns })}\n`
}

/** Returns the points of a line; null where it is none of ours. */
export function fromLine(line: string): ColumnPoint[] | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof parsed !== 'object' || parsed === null) return null
  const { at: time, columns } = parsed as { at?: unknown; columns?: unknown }
  const at = new Date(typeof time === 'string' ? time : NaN)
  if (Number.isNaN(at.getTime()) || !Array.isArray(columns)) return null
  const points = columns.map((column: unknown) => toPoint(at, column))
  return points.every((point) => point !== null) ? points : null
}

function toPoint(at: Date, parts: unknown): ColumnPoint | null {
  if (!Array.isArray(parts) || parts.length !== 5) return null
  const [schema, table, column, next, max] = parts as unknown[]
  const [nextValue, columnMax] = [toValue(next), toValue(max)]
  if (typeof schema !== 'string' || typeof table !== 'string' || typeof column !== 'string')
    return null
  if (nextValue === undefined || columnMax === undefined) return null
  return { column: { schema, table, column }, point: { at, nextValue, columnMax } }
}

function toValue(value: unknown): bigint | null | undefined {
  if (value === null) return null
  return typeof value === 'string' && VALUE.test(value) ? BigInt(value) : undefined
}
