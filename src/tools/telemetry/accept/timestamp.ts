/**
 * Returns a time as pg writes it, so that a column without a time zone holds the same as TypeORM would store: the local time, and its offset from
 * UTC for the columns that have one.
 *
 * @param utc - whether pg was told to write UTC (its `parseInputDatesAsUTC`)
 * @throws {RangeError} when the date is invalid.
 */
export function timestampText(date: Date, utc: boolean): string {
  if (Number.isNaN(date.getTime())) throw new RangeError('an invalid date')
  const text = utc ? utcText(date) : localText(date)
  return yearOf(date, utc) < 1 ? `${text} BC` : text
}

function yearOf(date: Date, utc: boolean): number {
  return utc ? date.getUTCFullYear() : date.getFullYear()
}

function localText(date: Date): string {
  const offset = -date.getTimezoneOffset()
  const minutes = Math.abs(offset)
  const day = `${year(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${three(date.getMilliseconds())}`
  return `${day}T${time}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function utcText(date: Date): string {
  const day = `${year(date.getUTCFullYear())}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}.${three(date.getUTCMilliseconds())}`
  return `${day}T${time}+00:00`
}

/** There is no year 0: what JavaScript calls so is 1 BC. */
function year(value: number): string {
  return String(value < 1 ? 1 - value : value).padStart(4, '0')
}

function two(value: number): string {
  return value < 10 ? `0${String(value)}` : String(value)
}

function three(value: number): string {
  return value < 100 ? `0${two(value)}` : String(value)
}
