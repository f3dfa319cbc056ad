import type { Moment } from './hit'
import { readMoment, TIMESTAMP } from './moment'
import { constraintIn, partOf } from './translations'

/** The start of a line in stderr, taken to pieces. */
export interface Head {
  /** `ERROR`, `DETAIL`, …, in the server's language. */
  readonly label: string
  readonly text: string
  readonly at: Moment | null
  readonly application: string | null
  /** Null where the prefix has none. */
  readonly sqlstate: string | null
}

/** Takes the start of a line to pieces; null for a line that is no entry's. */
export interface PrefixReader {
  /** Whether the prefix has the SQLSTATE. */
  readonly hasState: boolean
  read(line: string): Head | null
}

/**
 * A severity or the like, as the server ends it: a colon and two spaces. French has a space before it, too. Where it is of two words they are named:
 * the one before may be of the prefix.
 */
const LABEL = /(?<![\p{L}\p{N}_])(명령 구문|PILE D'APPEL|\p{L}[\p{L}'’]*) ?: {2,3}/u

const STATE = '[0-9A-Z]{5}'

const TIMES = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
const ESCAPES: Readonly<Record<string, string>> = {
  '%': '%',
  a: '(?<a>.*?)',
  u: '.*?',
  d: '.*?',
  r: '.*?',
  h: '.*?',
  L: '.*?',
  b: '.*?',
  i: '.*?',
  p: String.raw`\d+`,
  P: String.raw`\d*`,
  t: String.raw`(?<t>${TIMES} \S+)`,
  m: String.raw`(?<m>${TIMES}\.\d{3} \S+?)`,
  n: String.raw`(?<n>\d+\.\d{3})`,
  e: `(?<e>${STATE})`,
  c: String.raw`[0-9a-f]+\.[0-9a-f]+`,
  l: String.raw`\d+`,
  s: String.raw`${TIMES} \S+?`,
  v: String.raw`(?:\d+/\d+)?`,
  x: String.raw`\d+`,
  Q: String.raw`-?\d+`,
  q: '',
}

/** Reads lines whose `log_line_prefix` is given. Background processes write nothing of it after `%q`. */
export function prefixOf(template: string): PrefixReader {
  const [always = '', session = ''] = template.split(/%q([^]*)/)
  const seen = new Set<string>()
  const source = `^${pattern(always, seen)}(?:${pattern(session, seen)})?`
  const prefix = new RegExp(`${source}${LABEL.source}([^]*)$`, 'u')
  return {
    hasState: seen.has('e'),
    read(line) {
      const match = prefix.exec(line)
      if (!match) return null
      const { a, e, t, m, n } = match.groups ?? {}
      const [label = '', text = ''] = match.slice(-2)
      return {
        label,
        text,
        at: readMoment(m ?? t ?? n ?? ''),
        application: a === undefined ? null : a.trim(),
        sqlstate: e ?? null,
      }
    },
  }
}

function pattern(template: string, seen: Set<string>): string {
  return template.replaceAll(
    /%(-?\d+)?([^])|[.*+?^${}()|[\]\\/]/g,
    (text: string, padding: string | undefined, escape: string | undefined) => {
      if (escape === undefined) return `\\${text}`
      const known = ESCAPES[escape] ?? ''
      // A group has one name; what is written twice is the same twice.
      const once = seen.has(escape) ? known.replace(/^\(\?<\w>/, '(?:') : known
      seen.add(escape)
      return padding === undefined ? once : ` *${once} *`
    },
  )
}

/** Reads lines whose prefix is found from some of them. */
export function foundPrefix(lines: readonly string[]): PrefixReader {
  const split = lines.flatMap((line) => splitLine(line) ?? [])
  const place = statePlace(split)
  return {
    hasState: place !== null,
    read(line) {
      const parts = splitLine(line)
      if (!parts) return null
      const { prefix, label, text } = parts
      return {
        label,
        text,
        at: readMoment(prefix),
        application: namedApplication(prefix),
        sqlstate: place?.(prefix) ?? null,
      }
    },
  }
}

interface Parts {
  readonly prefix: string
  readonly label: string
  readonly text: string
}

function splitLine(line: string): Parts | null {
  if (line.startsWith('\t')) return null
  const match = LABEL.exec(line)
  if (!match?.[1]) return null
  const prefix = line.slice(0, match.index)
  return { prefix, label: match[1], text: line.slice(match.index + match[0].length) }
}

/** pgAdmin's, pgBadger's and the manual's way to write %a. */
function namedApplication(prefix: string): string | null {
  return /\bapp(?:lication)?(?:_name)?=([^,\]]*?)(?=,|\]|\s+\w+=|\s*$)/.exec(prefix)?.[1] ?? null
}

type Place = (prefix: string) => string | null

/** The classes of Appendix A, and those of SQL/MED and PL/pgSQL. */
const CLASSES =
  /^(?:0[0-3]|0[89ABFLPZ]|10|2[0-8]|2[BDF]|3[489]|3[BDF]|4[024]|5[3-8]|72|F0|HV|P0|XX)[0-9A-Z]{3}$/

/**
 * Finds where the SQLSTATE stands: the word, counted from the left or the right, that is one in every line, and `00000` in one or more. A pid or an id
 * is sometimes `23505`, but never that.
 */
function statePlace(lines: readonly Parts[]): Place | null {
  const most = Math.max(0, ...lines.map(({ prefix }) => wordsOf(prefix).length))
  for (let index = 0; index < most; index += 1) {
    for (const at of [index, -1 - index]) {
      const place: Place = (prefix) => {
        const word = wordsOf(prefix).at(at)
        return word !== undefined && CLASSES.test(word) ? word : null
      }
      if (isStatePlace(lines, place)) return place
    }
  }
  return null
}

function isStatePlace(lines: readonly Parts[], place: Place): boolean {
  const states = lines.map(({ prefix }) => place(prefix))
  if (states.length === 0) return false
  // A line of another program, or of a prefix before this one, is no reason to doubt the rest.
  if (states.filter((state) => state === null).length * 20 > states.length) return false
  const duplicates = lines.filter(
    ({ label, text }) => partOf(label) === null && constraintIn(text.trimEnd()) !== null,
  )
  if (duplicates.some(({ prefix }) => place(prefix) !== '23505')) return false
  const plain = lines.filter(({ label }) => label === 'LOG')
  if (plain.some(({ prefix }) => (place(prefix) ?? '00000') === '23505')) return false
  return states.includes('00000') || (duplicates.length > 0 && plain.length === 0)
}

function wordsOf(prefix: string): string[] {
  const time = TIMESTAMP.exec(prefix)
  const rest = time ? prefix.replace(time[0], ' ') : prefix
  return rest.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}
