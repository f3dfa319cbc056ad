import type { History } from '../history/point'
import { renderReport } from '../report/report'
import type { Verification } from '../sequences/verify'
import type { Metrics } from './metrics'

/** What the pages show. */
export interface Pages {
  readonly metrics: Metrics
  readonly history: History
  /** The interval, in milliseconds. */
  readonly millis: number
  /** The last check that could be made. */
  readonly last: Verification | undefined
  /** How long that took, in milliseconds. */
  readonly took: number
  /** Why the last check could not be made; undefined where it could. */
  readonly failure: string | undefined
  now(): Date
}

/** An answer to a request. */
export interface Page {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** Checks that may fail, one after another, before it is not healthy. */
const MISSED = 3

/** Returns the page of a path. */
export async function pageOf(path: string, pages: Pages): Promise<Page> {
  switch (path) {
    case '/metrics':
      return { status: 200, type: pages.metrics.type, body: await pages.metrics.text() }
    case '/healthz':
      return health(pages)
    case '/':
      return reportPage(pages)
    default:
      return plain(404, 'There are /, /metrics and /healthz.')
  }
}

/** Returns a page of one sentence. */
export function plain(status: number, body: string): Page {
  return { status, type: 'text/plain; charset=utf-8', body: `${body}\n` }
}

/** Says when it worked and not why it does not: that is for those who read the log. */
function health(pages: Pages): Page {
  const { last, millis, took, failure } = pages
  const age = last ? pages.now().getTime() - last.checkedAt.getTime() : Infinity
  // A check that takes longer than the interval is no failure: the next one comes when it is done.
  const isHealthy = age < MISSED * Math.max(millis, took)
  const count = (verdict: string) =>
    last?.columns.filter((column) => column.verdict === verdict).length ?? 0
  const verdicts =
    failure !== undefined || !last ? null : { behind: count('behind'), unknown: count('unknown') }
  const body = {
    status: isHealthy ? 'ok' : 'failing',
    lastCheckFailed: failure !== undefined,
    lastSuccess: last?.checkedAt.toISOString() ?? null,
    verdicts,
  }
  return {
    status: isHealthy ? 200 : 503,
    type: 'application/json',
    body: `${JSON.stringify(body)}\n`,
  }
}

function reportPage({ last, history, failure }: Pages): Page {
  if (!last) return plain(503, 'No check could be made yet.')
  const notes =
    failure === undefined
      ? []
      : [`The last check could not be made; this is of the last that could. ${failure}`]
  const { server, checkedAt, columns, missing } = last
  const body = renderReport({ server, checkedAt, columns, missing, notes, history })
  return { status: 200, type: 'text/html; charset=utf-8', body }
}
