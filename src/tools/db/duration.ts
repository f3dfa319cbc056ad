/** What PostgreSQL's timeouts can hold, and Node's timers: an int of milliseconds. */
export const MOST_MILLIS = 2 ** 31 - 1

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000 }

/** Tells whether `text` is a time such as `500ms`, `5s` or `1min`. Zero is none: PostgreSQL would take it for no limit. */
export function isDuration(text: string): boolean {
  const millis = durationMillis(text)
  return millis > 0 && millis <= MOST_MILLIS
}

/** Returns how many milliseconds such a time is; NaN for another text. */
export function durationMillis(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,10})(ms|s|min)$/.exec(text) ?? []
  return Number(digits) * (UNITS[unit] ?? NaN)
}
