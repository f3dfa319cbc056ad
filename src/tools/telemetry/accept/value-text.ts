import { arrayLiteral, type ArrayElement } from '../array-literal'
import { timestampText } from './timestamp'

/**
 * Returns the text that PostgreSQL reads for a value which TypeORM's driver has prepared; the same that pg would send.
 *
 * @param utc - whether pg was told to write dates as UTC
 * @throws {Error} for what no column can hold. Its message holds nothing of the value.
 */
export function valueText(value: unknown, utc: boolean): string | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'object':
      return value === null ? null : objectText(value, utc)
    default:
      throw new TypeError(`a ${typeof value} has no text`)
  }
}

function objectText(value: object, utc: boolean): string | null {
  if (value instanceof Date) return timestampText(value, utc)
  if (Array.isArray(value)) return arrayLiteral(value.map((item) => element(item, utc)))
  if (ArrayBuffer.isView(value)) {
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
  }
  if (hasOwnText(value))
    return valueText(
      value.toPostgres((inner) => valueText(inner, utc)),
      utc,
    )
  return JSON.stringify(value)
}

/** What pg asks of an object that knows how it is stored. */
interface OwnText {
  toPostgres(textOf: (value: unknown) => string | null): unknown
}

function hasOwnText(value: object): value is OwnText {
  return 'toPostgres' in value && typeof value.toPostgres === 'function'
}

function element(item: unknown, utc: boolean): ArrayElement {
  if (item === undefined) return null
  return Array.isArray(item) ? item.map((inner) => element(inner, utc)) : valueText(item, utc)
}
