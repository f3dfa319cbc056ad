import { csvFormat } from './csv-format'
import type { LogFormat } from './hit'
import { jsonFormat } from './json-format'
import { foundPrefix, prefixOf } from './prefix'
import { stderrFormat } from './stderr-format'

const CSV = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [^,]{1,40},(?:"|,)/
const JSON_LINE = /^\{"timestamp":"/

/** The kinds of log that PostgreSQL writes. */
export type FormatName = 'stderr' | 'csvlog' | 'jsonlog'

/** Which kind of log the text is, and what reads it; or why it is none. */
export type Detected =
  { readonly name: FormatName; readonly format: LogFormat } | { readonly foreign: string }

/** Tells from its beginning what a log is. */
export function detectFormat(sample: Buffer, template?: string): Detected {
  if (isUtf16(sample)) return { foreign: 'is in UTF-16' }
  const lines = sample.toString('utf8').split(/\r?\n/)
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length
  const csv = count(CSV)
  const json = count(JSON_LINE)
  const reader = template === undefined ? foundPrefix([]) : prefixOf(template)
  const stderr = lines.filter((line) => reader.read(line) !== null).length
  if (csv > 0 && csv >= json && csv >= stderr) return { name: 'csvlog', format: csvFormat() }
  if (json > 0 && json >= stderr) return { name: 'jsonlog', format: jsonFormat() }
  if (stderr > 0) return { name: 'stderr', format: stderrFormat(lines, template) }
  if (sample.includes(0)) return { foreign: 'is binary' }
  return {
    foreign:
      template === undefined
        ? 'has no line of a PostgreSQL log'
        : 'has no line with that log_line_prefix',
  }
}

function isUtf16(sample: Buffer): boolean {
  const mark = sample.length >= 2 ? sample.readUInt16BE(0) : 0
  return mark === 0xfeff || mark === 0xfffe
}
