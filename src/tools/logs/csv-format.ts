import { parse } from 'csv-parse/sync'
import type { LogFormat } from './hit'
import { readMoment } from './moment'
import { nameIn } from './translations'

/** A SQLSTATE is not in quotes, the message after it always is; within quotes, this would have two more. */
const NEEDLE = Buffer.from(',23505,"')
const STATE_FIELD = 12
const NEWLINE = 10
const QUOTE = 34
const COMMA = 44
/** The text ends before. */
const MISSING = -1
/** It is not as the server writes it: what seemed a record is in a field. */
const MALFORMED = -2
/** A record is not read further than this. */
const MOST_RECORD = 16_777_216
/** User names and the like are short: a record begins no further before its SQLSTATE. */
const MOST_HEAD = 4_096

/** Reads csvlog, of any version: columns were added at the end only. */
export function csvFormat(): LogFormat {
  return {
    scan(data, last, found, skip) {
      let done = 0
      for (
        let place = data.indexOf(NEEDLE);
        place !== -1;
        place = data.indexOf(NEEDLE, place + 1)
      ) {
        if (place < done) continue
        const start = recordStart(data, place)
        if (start === -1) continue
        const end = recordEnd(data, start, place + 1)
        if (end === MALFORMED) continue
        if (end === MISSING && !last && data.length - start < MOST_RECORD) return start
        if (end === MISSING) {
          skip('a record was cut off')
          continue
        }
        done = end
        const [fields] = parse(data.subarray(start, end), { relax_column_count: true })
        const text = (index: number) => fields?.[index] ?? ''
        found({
          constraint: nameIn(text(13)),
          at: readMoment(text(0)),
          application: text(22),
          detail: text(14) || null,
          statement: text(19) || null,
        })
      }
      return last ? data.length : Math.max(done, data.lastIndexOf(NEWLINE) + 1)
    },
  }
}

/** Where the record begins whose SQLSTATE follows the comma at `place`; -1 where that is within a field. */
function recordStart(data: Buffer, place: number): number {
  let from = place
  while (from > 0 && place - from < MOST_HEAD) {
    from = data.lastIndexOf(NEWLINE, from - 1)
    const start = from + 1
    if (isTime(data, start) && fieldsBetween(data, start, place) === STATE_FIELD) return start
    if (from === -1) return -1
  }
  return from === 0 && isTime(data, 0) && fieldsBetween(data, 0, place) === STATE_FIELD ? 0 : -1
}

function isTime(data: Buffer, start: number): boolean {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /.test(data.toString('latin1', start, start + 24))
}

/** How many whole fields there are up to the comma at `end`; -1 where they are none. */
function fieldsBetween(data: Buffer, start: number, end: number): number {
  let fields = 0
  let from = start
  while (from <= end) {
    const stop = fieldEnd(data, from)
    if (stop < 0 || stop > end || data[stop] !== COMMA) return -1
    fields += 1
    from = stop + 1
  }
  return fields
}

/** Where the comma or newline is that ends the field. */
function fieldEnd(data: Buffer, start: number): number {
  if (data[start] !== QUOTE) {
    for (let at = start; at < data.length; at += 1) {
      const byte = data[at]
      if (byte === COMMA || byte === NEWLINE) return at
      if (byte === QUOTE) return MALFORMED
    }
    return MISSING
  }
  let at = data.indexOf(QUOTE, start + 1)
  while (at !== -1 && data[at + 1] === QUOTE) at = data.indexOf(QUOTE, at + 2)
  if (at === -1) return MISSING
  const next = data[at + 1] === 13 ? at + 2 : at + 1
  if (next >= data.length) return MISSING
  return data[next] === COMMA || data[next] === NEWLINE ? next : MALFORMED
}

/** Where the record ends, past its newline. */
function recordEnd(data: Buffer, start: number, from: number): number {
  let at = from
  while (at < data.length && at - start < MOST_RECORD) {
    const end = fieldEnd(data, at)
    if (end < 0) return end
    if (data[end] === NEWLINE) return end + 1
    at = end + 1
  }
  return MISSING
}
