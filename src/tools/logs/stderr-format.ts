import { isAscii, isUtf8 } from 'node:buffer'
import type { Hit, LogFormat } from './hit'
import { foundPrefix, prefixOf, type Head, type PrefixReader } from './prefix'
import { constraintIn, nameIn, partOf, WORDINGS } from './translations'

/** 23505 from its second digit: every line has its first in the year, where the search would stop each time (twice as fast, measured). */
const STATE = Buffer.from('3505')
const NEEDLES = WORDINGS.map(({ needle }) => ({
  bytes: Buffer.from(needle),
  // The Italian one, too; every other has a letter at least that is not, if not in what is looked for.
  ascii: needle.startsWith('duplicate key') || needle.startsWith('un valore'),
}))

const NEWLINE = 10
/** A message is not longer than this, nor is a detail or a statement read further. */
const MOST_LINE = 65_536
/** What follows an entry is not looked for further than this. */
const MOST_ENTRY = 1_048_576

/**
 * Reads what the server writes to stderr.
 *
 * @param sample - some lines of the log, from which the prefix is found
 * @param template - log_line_prefix, where it is known
 */
export function stderrFormat(sample: readonly string[], template?: string): LogFormat {
  const prefix = template === undefined ? foundPrefix(sample) : prefixOf(template)
  return {
    scan(data, last, found, skip) {
      let done = 0
      for (const start of candidates(data, prefix.hasState)) {
        if (start < done) continue
        const end = lineEnd(data, start)
        if (end === -1 && !last && data.length - start < MOST_LINE) return start
        const head = prefix.read(lineAt(data, start, end === -1 ? data.length : end))
        if (!head || partOf(head.label) !== null || !isViolation(head)) continue
        const entry = readEntry(data, start, prefix, last)
        if (entry === null) return start
        done = entry.end
        const constraint = constraintOf(head, entry.message)
        if (constraint === null && entry.cut) skip('an entry was cut off')
        else found(hitOf(head, entry, constraint))
      }
      if (last) return data.length
      const rest = Math.max(done, data.lastIndexOf(NEWLINE) + 1)
      return rest
    },
  }
}

/** Where the lines begin that hold something that was looked for, in their order. */
function candidates(data: Buffer, hasState: boolean): number[] {
  const ascii = isAscii(data)
  const places: number[] = []
  // With SQLSTATEs, the wordings are for lines that were written under another prefix.
  const wordings = hasState && ascii ? NEEDLES.slice(0, 1) : NEEDLES
  const needles = hasState ? [{ bytes: STATE, ascii: true }, ...wordings] : wordings
  for (const needle of needles) {
    if (ascii && !needle.ascii) continue
    let place = data.indexOf(needle.bytes)
    while (place !== -1) {
      places.push(place)
      place = data.indexOf(needle.bytes, place + needle.bytes.length)
    }
  }
  const starts = places.map((place) => (place === 0 ? 0 : data.lastIndexOf(NEWLINE, place - 1) + 1))
  return [...new Set(starts)].sort((a, b) => a - b)
}

function isViolation({ sqlstate, text }: Head): boolean {
  if (sqlstate !== null) return sqlstate === '23505'
  return WORDINGS.some(({ before }) => text.startsWith(before))
}

function constraintOf({ sqlstate }: Head, message: string): string | null {
  return sqlstate === null ? constraintIn(message) : nameIn(message)
}

function hitOf(head: Head, entry: Entry, constraint: string | null): Hit {
  const { at, application } = head
  return { constraint, at, application, detail: entry.detail, statement: entry.statement }
}

interface Entry {
  readonly message: string
  readonly detail: string | null
  readonly statement: string | null
  readonly end: number
  /** Whether the text ends in the middle of it. */
  readonly cut: boolean
}

/** Reads an entry and what follows it: DETAIL, CONTEXT and STATEMENT are written together with it. Null where more must be read first. */
function readEntry(data: Buffer, start: number, prefix: PrefixReader, last: boolean): Entry | null {
  const parts: Record<'message' | 'detail' | 'statement' | 'other', string | null> = {
    message: null,
    detail: null,
    statement: null,
    other: null,
  }
  let part: keyof typeof parts = 'message'
  let from = start
  let cut = true
  while (from < data.length && from - start < MOST_ENTRY) {
    const end = lineEnd(data, from)
    if (end === -1 && !last && data.length - start < MOST_ENTRY) return null
    const line = lineAt(data, from, end === -1 ? data.length : end)
    if (from === start) {
      parts.message = prefix.read(line)?.text ?? ''
      cut = end === -1
    } else if (line.startsWith('\t')) {
      const continued: string | null = parts[part]
      parts[part] = `${continued ?? ''}\n${line.slice(1)}`
    } else {
      const head = prefix.read(line)
      const next = head && partOf(head.label)
      if (!next) return { ...texts(parts), end: from, cut }
      part = next
      parts[part] = head.text
    }
    if (end === -1) return { ...texts(parts), end: data.length, cut }
    from = end + 1
  }
  // What comes next may belong to it.
  return last || from - start >= MOST_ENTRY ? { ...texts(parts), end: from, cut } : null
}

function texts(parts: { message: string | null; detail: string | null; statement: string | null }) {
  return { message: parts.message ?? '', detail: parts.detail, statement: parts.statement }
}

function lineEnd(data: Buffer, start: number): number {
  return data.indexOf(NEWLINE, start)
}

/** A log is in its database's encoding. What is not UTF-8 is read as LATIN1, which those of Western Europe are, and which fails for no bytes. */
function lineAt(data: Buffer, start: number, end: number): string {
  const stop = Math.min(data[end - 1] === 13 ? end - 1 : end, start + MOST_LINE)
  const line = data.subarray(start, Math.max(start, stop))
  // A line that is cut may be cut within a character.
  return line.toString(isUtf8(line) || line.length === MOST_LINE ? 'utf8' : 'latin1')
}
