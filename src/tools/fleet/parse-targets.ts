import { messageOf } from '../db/sqlstate'
import { UsageError } from '../errors'
import { databaseKey, type FleetTarget } from './target'

/** A target as it is written, and where; or what is wrong with it. */
type Entry = {
  /** `line 3` of a list, `item 3` of JSON. */
  readonly where: string
} & (
  | {
      readonly name?: string | undefined
      /** A URL, or `env:NAME`. */
      readonly address: string
      readonly wrong?: undefined
    }
  | { readonly wrong: string }
)

type Env = Readonly<Record<string, string | undefined>>

const NAMED = /^([\p{L}\p{N}_.-]+)\s*=\s*(.*)$/su
const NONE = 'there is none; expected a URL or env:NAME a line, after name= if it is to have one'
/** More mistakes than these are not read, one by one. */
const MOST = 20
const ITEM_FORMS = 'a URL, {"url": …} or {"env": …}, with a "name" if it is to have one'

/**
 * Reads a list of databases: one a line, as `[name=]URL` or `[name=]env:NAME` for a URL that stands in an environment variable, where blank lines
 * and those that begin with # count for nothing; or a JSON array of URLs, `{ "url", "name"? }` and `{ "env", "name"? }`.
 *
 * @param source - how an error names where the text is from
 * @throws {UsageError} that says of every line what is wrong with it. What stands there is not repeated: it may hold a password.
 */
export function parseTargets(text: string, source: string, env: Env): FleetTarget[] {
  const complaints: string[] = []
  const complain = (where: string, what: string) => void complaints.push(`${where}: ${what}`)
  const list = text.replace(/^\uFEFF/, '')
  const entries = /^\s*[[{]/.test(list) ? jsonEntries(list) : lineEntries(list)
  const targets: FleetTarget[] = []
  const seen = new Map<string, string>()
  for (const entry of entries) {
    const { where } = entry
    if (entry.wrong !== undefined) {
      complain(where, entry.wrong)
      continue
    }
    const { name, address } = entry
    try {
      const target = { name, url: resolved(address, env) }
      for (const [key, what] of [
        [databaseKey(target), 'the same database'],
        ...(name === undefined ? [] : [[`name ${name}`, 'the same name'] as const]),
      ] as const) {
        const before = seen.get(key)
        if (before !== undefined) complain(where, `${what} as ${before}`)
        else seen.set(key, where)
      }
      targets.push(target)
    } catch (error) {
      complain(where, reasonOf(error))
    }
  }
  if (complaints.length === 0 && targets.length === 0) complaints.push(NONE)
  if (complaints.length === 0) return targets
  const others = complaints.length - MOST
  const said = [...complaints.slice(0, MOST), ...(others > 0 ? [`and ${String(others)} more`] : [])]
  throw new UsageError(
    `Cannot use the targets of ${source}: ${said.join('; ')}. Nothing was changed.`,
  )
}

function lineEntries(text: string): Entry[] {
  return text.split(/\r\n|\n|\r/).flatMap((line, index) => {
    const written = line.trim()
    if (written === '' || written.startsWith('#')) return []
    const [, name, address = written] = NAMED.exec(written) ?? []
    return { where: `line ${String(index + 1)}`, name, address }
  })
}

function jsonEntries(text: string): Entry[] {
  let items: unknown
  try {
    items = JSON.parse(text)
  } catch (error) {
    return [{ where: placeInJson(text, error), wrong: 'this is no JSON' }]
  }
  if (!Array.isArray(items)) {
    return [{ where: 'line 1', wrong: `expected an array; an item of it is ${ITEM_FORMS}` }]
  }
  return items.map((item: unknown, index) => {
    const where = `item ${String(index + 1)}`
    if (typeof item === 'string') return { where, address: item }
    const { name, url, env, ...others } = Object(item) as Record<string, unknown>
    const isNamed = name === undefined || isText(name)
    if (isNamed && Object.keys(others).length === 0) {
      if (isText(url) && env === undefined) return { where, name, address: url }
      if (isText(env) && url === undefined) return { where, name, address: `env:${env}` }
    }
    return { where, wrong: `expected ${ITEM_FORMS}` }
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** V8 says where, and quotes what stands there: that is not passed on. */
function placeInJson(text: string, error: unknown): string {
  const position = /at position (\d+)/.exec(messageOf(error))?.[1]
  if (position === undefined) return `line ${String(text.trimEnd().split('\n').length)}`
  return `line ${String(text.slice(0, Number(position)).split('\n').length)}`
}

/**
 * Returns the URL that an address is, or names as `env:NAME`.
 *
 * @throws {UsageError} whose message is the inside of a sentence.
 */
export function resolved(address: string, env: Env): string {
  const [, name] = /^env:(.*)$/s.exec(address) ?? []
  if (name === undefined) return address
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new UsageError('expected env: and the name of a variable')
  const url = env[name]
  if (url === undefined || url === '')
    throw new UsageError(`the environment variable ${name} is not set`)
  return url
}

/** The end of the sentence is said once, of all of them. */
function reasonOf(error: unknown): string {
  const reason = messageOf(error).replace(/\.? Nothing was changed\.$/, '')
  return reason.replace(/^Cannot read the database URL: /, '')
}
