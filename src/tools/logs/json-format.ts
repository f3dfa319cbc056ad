import type { LogFormat } from './hit'
import { readMoment } from './moment'
import { nameIn } from './translations'

/** Within a string, its quotes would be escaped. */
const NEEDLE = Buffer.from('"state_code":"23505"')
const NEWLINE = 10
/** A line is not read further than this. */
const MOST_LINE = 16_777_216

/** Reads jsonlog, PostgreSQL 15 and later: an object a line. */
export function jsonFormat(): LogFormat {
  return {
    scan(data, last, found, skip) {
      let done = 0
      for (
        let place = data.indexOf(NEEDLE);
        place !== -1;
        place = data.indexOf(NEEDLE, place + 1)
      ) {
        if (place < done) continue
        const start = place === 0 ? 0 : data.lastIndexOf(NEWLINE, place - 1) + 1
        const end = data.indexOf(NEWLINE, place)
        if (end === -1 && !last && data.length - start < MOST_LINE) return start
        done = end === -1 ? data.length : end + 1
        const entry = parsed(data.toString('utf8', start, done))
        if (entry?.state_code !== '23505') {
          skip(end === -1 ? 'a record was cut off' : 'a line is not JSON')
          continue
        }
        const text = (name: string) => {
          const value = entry[name]
          return typeof value === 'string' ? value : null
        }
        found({
          constraint: nameIn(text('message') ?? ''),
          at: readMoment(text('timestamp') ?? ''),
          application: text('application_name') ?? '',
          detail: text('detail'),
          statement: text('statement'),
        })
      }
      return last ? data.length : Math.max(done, data.lastIndexOf(NEWLINE) + 1)
    },
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
