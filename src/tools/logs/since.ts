const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/**
 * Returns the moment that a text names, in milliseconds since 1970: a time in ISO 8601, UTC where it has no zone, or a time before `now` such as
 * `30min`, `2h` or `1d`. Undefined for another text.
 */
export function readSince(text: string, now: number): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,6})(s|min|h|d|w)$/.exec(text) ?? []
  if (digits !== undefined) return now - Number(digits) * (UNITS[unit] ?? NaN)
  const iso = /^\d{4}-\d\d-\d\d(?:([T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?$/
  const [, time, zone] = iso.exec(text) ?? []
  if (!iso.test(text)) return undefined
  const millis = Date.parse(
    (time === undefined || zone !== undefined ? text : `${text}Z`).replace(' ', 'T'),
  )
  return Number.isNaN(millis) ? undefined : millis
}

/** Tells whether `readSince` can read it. */
export function isSince(value: unknown): boolean {
  return typeof value === 'string' && readSince(value, 0) !== undefined
}
