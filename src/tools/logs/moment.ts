import type { Moment } from './hit'

/** What %t and %m write, and csvlog and jsonlog. */
export const TIMESTAMP =
  /(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,6}))?(?: ?(Z|[A-Za-z][A-Za-z/_-]{0,30}|[+-]\d\d(?::?\d\d)?))?/

/** What %n writes. */
export const EPOCH = /(?<![\w.])(\d{9,11})\.(\d{3})(?![\w.])/

/** Abbreviations that mean one thing everywhere. CST, IST and BST are of several places each, and daylight time cannot be told from MST's. */
const UTC = /^(?:Z|UTC|GMT|UCT|Zulu|Etc\/(?:UTC|GMT|UCT))$/

/** Returns the first time in a text; null where there is none. */
export function readMoment(text: string): Moment | null {
  const stamp = TIMESTAMP.exec(text)
  if (stamp) return fromParts(stamp)
  const epoch = EPOCH.exec(text)
  return epoch ? { millis: Number(epoch[1]) * 1000 + Number(epoch[2]), zone: null } : null
}

function fromParts(parts: RegExpExecArray): Moment | null {
  const [, year, month, day, hour, minute, second, fraction = '0', zone = ''] = parts
  const millis = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.slice(0, 3).padEnd(3, '0')),
  )
  if (Number.isNaN(millis)) return null
  if (UTC.test(zone)) return { millis, zone: null }
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  if (hours === undefined) return { millis, zone }
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000
  return { millis: sign === '-' ? millis + offset : millis - offset, zone: null }
}

/** Returns a time in ISO 8601: with `Z` where it is exact, with no zone where the log's is not known. */
export function isoMoment({ millis, zone }: Moment): string {
  const iso = new Date(millis).toISOString()
  return zone === null ? iso : iso.slice(0, -1)
}
