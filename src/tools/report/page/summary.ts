import type { Report } from '../report'
import { visible } from '../visible'
import type { Counts } from './counts'
import { escapeHtml, groupedHtml } from './html'

interface About {
  /** In a form to show. */
  readonly database: string
  readonly version: string
  readonly notes: readonly string[]
}

/** Returns the top of the page: the verdict, the counts, and of what and when they are. */
export function summary(report: Report, counts: Counts, about: About): string {
  const { server, checkedAt } = report
  const when = checkedAt.toISOString()
  return `<section class="card summary ${worst(counts)}" aria-labelledby="verdict">
<h1 id="verdict">${groupedHtml(verdictLine(counts))}</h1>
${more(counts)}${bar(counts)}
<dl class="facts">
<div><dt>Database</dt><dd><bdi>${escapeHtml(about.database)}</bdi></dd></div>
<div><dt>Server</dt><dd>PostgreSQL ${escapeHtml(visible(server.version))}${server.inRecovery ? ', a standby' : ''}</dd></div>
<div><dt>Role</dt><dd><bdi>${escapeHtml(visible(server.role))}</bdi></dd></div>
<div><dt>Checked</dt><dd><time datetime="${when}">${when.slice(0, 16).replace('T', ' ')} UTC</time></dd></div>
<div><dt>Written by</dt><dd>typeorm-resync ${escapeHtml(about.version)}</dd></div>
</dl>
${notes(about.notes)}</section>`
}

/** Returns the sentence that says how things stand. */
export function verdictLine({ total, behind, unknown, missing }: Counts): string {
  if (total === 0 && missing === 0) return 'No column draws its values from a sequence.'
  const of = `of ${columns(total)}`
  if (behind > 0) return `${String(behind)} ${of} ${behind === 1 ? 'is' : 'are'} behind.`
  if (unknown > 0) return `${String(unknown)} ${of} cannot be told; none is known to be behind.`
  if (missing > 0) return 'Not all tables that entities declare are there.'
  return total === 1
    ? 'The sequence is ahead of its column.'
    : 'All sequences are ahead of their columns.'
}

function more({ behind, unknown, missing }: Counts): string {
  const lines = [
    ...(behind > 0 && unknown > 0 ? [`${String(unknown)} more cannot be told.`] : []),
    ...(behind + unknown > 0 && missing > 0 ? ['Some tables are not there.'] : []),
  ]
  return lines.length === 0 ? '' : `<p class="also">${groupedHtml(lines.join(' '))}</p>\n`
}

function columns(count: number): string {
  return `${String(count)} ${count === 1 ? 'column' : 'columns'}`
}

function worst({ behind, unknown, missing }: Counts): string {
  if (behind > 0) return 'is-behind'
  return unknown + missing > 0 ? 'is-unknown' : 'is-ok'
}

/** A verdict that one of many columns has is still to be seen. */
const LEAST_PERCENT = 0.8

function bar({ total, behind, unknown, ok, faulty }: Counts): string {
  if (total === 0) return ''
  const parts = [
    ['behind', behind],
    ['unknown', unknown],
    ['ok', ok],
  ] as const
  const widths = parts.map(([, count]) =>
    count === 0 ? 0 : Math.max(LEAST_PERCENT, (count / total) * 100),
  )
  const whole = widths.reduce((sum, width) => sum + width, 0)
  let x = 0
  const rects = parts.map(([verdict], index) => {
    const width = ((widths[index] ?? 0) / whole) * 100
    const rect = `<rect class="fill-${verdict}" x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="10"/>`
    x += width
    return width === 0 ? '' : rect
  })
  const legend = [
    ...parts.map(([verdict, count]) => [verdict, verdict, count] as const),
    ['fault', 'with a structural fault', faulty] as const,
  ]
  return `<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${rects.join('')}</svg>
<ul class="legend">${legend
    .map(
      ([verdict, label, count]) =>
        `<li><span class="dot dot-${verdict}"></span><b>${groupedHtml(String(count))}</b> ${label}</li>`,
    )
    .join('')}</ul>`
}

function notes(lines: readonly string[]): string {
  if (lines.length === 0) return ''
  const items = `<ul>${lines.map((line) => `<li><bdi>${escapeHtml(line)}</bdi></li>`).join('')}</ul>`
  const title = lines.length === 1 ? '1 note' : `${String(lines.length)} notes`
  return `<details class="notes"${lines.length <= 3 ? ' open' : ''}><summary>${title}</summary>${items}</details>\n`
}
