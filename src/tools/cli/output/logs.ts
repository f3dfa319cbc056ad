import { isoMoment } from '../../logs/moment'
import type { LoggedConstraint, LogScan } from '../../logs/scan-logs'
import type { HourCount } from '../../logs/tally'
import { counted } from './counted'
import { printable } from './printable'
import { textTable } from './table'

const HOUR = 3_600_000
/** As many hours back as the trend shows. */
const TREND = 12
const BARS = '▁▂▃▄▅▆▇█'
/** Of a terminal's 80 columns the others take 63. */
const MOST_NAME = 22

/** Returns a scan's fields in JSON; the names of the first ones are a contract. */
export function jsonScan(scan: LogScan): string {
  const { total, constraints, lines, skipped, files, unknownZones, timeless } = scan
  const time = (moment: LoggedConstraint['first']) => moment && isoMoment(moment)
  return JSON.stringify(
    {
      total,
      constraints: constraints.map(
        ({ constraint, table, kind, count, first, last, tables, applications, hours, sample }) => ({
          constraint,
          table,
          kind,
          count,
          first: time(first),
          last: time(last),
          tables,
          applications,
          hours: hours.map(({ hour, count }) => ({ hour: isoMoment(hour), count })),
          sample,
        }),
      ),
      lines,
      skipped,
      files,
      unknownZones,
      timeless,
    },
    undefined,
    2,
  )
}

/** Returns a table of at most 80 columns, and under it what it has no room for. */
export function tableScan(scan: LogScan): string {
  const { total, constraints, lines, skipped } = scan
  const files = counted(scan.files.length, 'file')
  const summary = `${String(total)} × 23505 in ${counted(lines, 'line')} of ${files}, ${String(skipped)} skipped.`
  if (total === 0) return summary
  const end = Math.max(...constraints.map(({ last }) => last?.millis ?? 0))
  const rows = constraints.map((one) => [
    shortened(one.constraint),
    String(one.count),
    minute(one.first),
    minute(one.last),
    sparkline(one.hours, end),
  ])
  const headings = ['CONSTRAINT', 'COUNT', 'FIRST', 'LAST', '12 HOURS']
  const table = textTable(headings, ['left', 'right', 'left', 'left', 'left'], rows)
  return [table, '', ...constraints.flatMap((one) => details(one, end)), summary].join('\n')
}

function details(one: LoggedConstraint, end: number): string[] {
  const lines = [`${printable(one.constraint ?? '(not named)')}: ${placeOf(one)}`]
  lines.push(`  ${recently(one.hours, end)}`)
  const applications = Object.entries(one.applications)
  if (applications.length > 0) {
    const named = applications
      .slice(0, 5)
      .map(([name, count]) => `${name === '' ? '(no name)' : printable(name)} ${String(count)}`)
    const more = applications.length > 5 ? `, ${String(applications.length - 5)} more` : ''
    lines.push(`  by application: ${named.join(', ')}${more}`)
  }
  for (const text of [one.sample.detail, one.sample.statement]) {
    if (text !== null) lines.push(`  ${clipped(printable(text.replaceAll(/\s+/g, ' ')), 76)}`)
  }
  return [...lines, '']
}

function placeOf({ table, tables, kind }: LoggedConstraint): string {
  if (table !== null) return `${printable(table)}, ${kind}`
  if (tables.length === 0) return 'table unknown'
  return `${kind}; a log does not say which of ${String(tables.length)} tables: ${printable(tables.join(', '))}`
}

/** The hours are those of the clock; the last is the one of the newest 23505 of all. */
function recently(hours: readonly HourCount[], end: number): string {
  const [last = 0, before = 0] = perHour(hours, end, 2).toReversed()
  return `${String(last)} in the last hour that has any, ${String(before)} in the one before`
}

function sparkline(hours: readonly HourCount[], end: number): string {
  const counts = perHour(hours, end, TREND)
  const most = Math.max(1, ...counts)
  return counts
    .map((count) => (count === 0 ? '·' : (BARS[Math.ceil((count / most) * BARS.length) - 1] ?? '')))
    .join('')
}

function perHour(hours: readonly HourCount[], end: number, most: number): number[] {
  const last = Math.floor(end / HOUR)
  const counts = new Map(hours.map(({ hour, count }) => [hour.millis / HOUR, count]))
  return Array.from({ length: most }, (_, index) => counts.get(last - most + 1 + index) ?? 0)
}

function minute(moment: LoggedConstraint['first']): string {
  if (moment === null) return '?'
  return new Date(moment.millis).toISOString().slice(0, 16).replace('T', ' ')
}

function shortened(name: string | null): string {
  return clipped(printable(name ?? '(not named)'), MOST_NAME)
}

function clipped(text: string, most: number): string {
  const characters = Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}
