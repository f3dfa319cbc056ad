/** Returns what a value is, and nothing of what it holds: that is users' data. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : 'a date'
  if (Number.isNaN(value)) return 'not a number'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
