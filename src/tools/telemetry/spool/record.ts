import { crc32 } from 'node:zlib'
import type { AcceptedEvent } from '../accepted-event'

export const NEWLINE = 0x0a
const SPACE = 0x20
const ZERO = 0x30
const HEX = Buffer.from('0123456789abcdef', 'latin1')
const CHECKSUM_LENGTH = 8
/** Room for all of a record but its JSON: checksum, sequence number, two spaces, newline. */
const FRAME = CHECKSUM_LENGTH + 16 + 3

/**
 * How a record begins. No value can hold this, whatever its user puts in: within a JSON string the quotes would have a backslash.
 */
const BEGINNING = /[0-9a-f]{8} [0-9]{1,16} \{"uid"/g

/** Where an intact record is in some bytes. */
export interface RecordPlace {
  readonly sequence: number
  readonly from: number
  readonly json: number
  readonly to: number
}

/** Returns the JSON of an event as a record has it: its id first, by which a record is known. */
export function jsonOf({ uid, row, detection }: AcceptedEvent): string {
  return JSON.stringify({ uid, row, detection })
}

/** Returns how many bytes a record of this JSON takes at most. */
export function bytesFor(json: string): number {
  return Buffer.byteLength(json) + FRAME
}

/** The same, larger, without a look at the characters. */
export function mostBytesFor(json: string): number {
  return json.length * 3 + FRAME
}

/** Writes a record, `<crc32> <sequence> <json>` and a newline; returns where it ends. */
export function writeRecord(bytes: Buffer, at: number, sequence: number, json: string): number {
  const body = at + CHECKSUM_LENGTH
  let end = body + bytes.write(` ${String(sequence)} `, body, 'latin1')
  end += bytes.write(json, end, 'utf8')
  let rest = crc32(bytes.subarray(body, end))
  for (let digit = body - 1; digit >= at; digit -= 1) {
    bytes[digit] = HEX[rest & 15] ?? 0
    rest >>>= 4
  }
  bytes[end] = NEWLINE
  return end + 1
}

/** Returns the record that fills a line, without its newline; undefined where it is not intact. */
export function recordAt(bytes: Buffer, from: number, to: number): RecordPlace | undefined {
  const body = from + CHECKSUM_LENGTH
  if (to <= body || bytes[body] !== SPACE) return undefined
  let checksum = 0
  for (let at = from; at < body; at += 1) {
    const digit = hexDigit(bytes[at] ?? 0)
    if (digit < 0) return undefined
    checksum = ((checksum << 4) | digit) >>> 0
  }
  if (crc32(bytes.subarray(body, to)) !== checksum) return undefined
  let sequence = 0
  let at = body + 1
  for (; at < to && bytes[at] !== SPACE; at += 1) sequence = sequence * 10 + (bytes[at] ?? 0) - ZERO
  return { sequence, from, json: at + 1, to }
}

/** Returns the event of a record. */
export function eventOf(bytes: Buffer, { json, to }: RecordPlace): AcceptedEvent {
  return JSON.parse(bytes.toString('utf8', json, to)) as AcceptedEvent
}

/** Returns where records seem to begin. */
export function beginnings(bytes: Buffer, from: number, to: number): number[] {
  const text = bytes.toString('latin1', from, to)
  return Array.from(text.matchAll(BEGINNING), ({ index }) => from + index)
}

/** Returns the first intact record within a line that is not one: where its newline was hit, or that of the line before. */
export function firstIntact(bytes: Buffer, from: number, to: number): RecordPlace | undefined {
  const starts = beginnings(bytes, from, to)
  for (const [index, start] of starts.entries()) {
    const next = starts[index + 1]
    for (const end of [...(next === undefined ? [] : [next - 1]), to, to - 1]) {
      const record = recordAt(bytes, start, end)
      if (record) return record
    }
  }
  return undefined
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1
}
