import { existsSync, readFileSync } from 'node:fs'
import type { DeadLetter } from '../../../src/tools/telemetry/dead-letters'

/** An event of a run whose every row can be told from its number. One in seven failed with an HTTP error, one in five brings a detection. */
export function chaosEvent(run: string, n: number) {
  const failed = n % 7 === 0
  return {
    operationId: run,
    articleId: String(n),
    url: `https://news.example.com/${run}/${String(n)}`,
    host: 'news.example.com',
    startTime: new Date(Date.UTC(2026, 10, 23) + n * 1000),
    httpStatusCode: failed ? 503 : 200,
    httpErrorType: failed ? 'service_unavailable' : null,
    ...(n % 5 === 0 ? { contentTypeDetection: { status: 'detected' } } : {}),
  }
}

/** With it the table refuses what `storyEvent` says is poison. */
export const REFUSAL = `alter table extraction_telemetry_v2 add constraint no_thirteen check (content_length <> 13)`

/** Tells whether the database refuses the event of this number. */
export function isPoison(n: number): boolean {
  return hasNul(n) || breaksCheck(n)
}

const hasNul = (n: number) => n % 101 === 7
const breaksCheck = (n: number) => n % 127 === 11

/** As {@link chaosEvent}, with some among them that the database refuses: by its encoding, or by {@link REFUSAL}. */
export function storyEvent(run: string, n: number) {
  const event = chaosEvent(run, n)
  if (hasNul(n)) return { ...event, publisher: 'a\0b' }
  return breaksCheck(n) ? { ...event, contentLength: 13 } : event
}

/** Returns the uids of the dead letters in a file, in order; of a line that was cut short none. */
export function readLetters(path: string): string[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [(JSON.parse(line) as DeadLetter).uid]
      } catch {
        return []
      }
    })
}

/** What the database holds of all runs. */
export interface Written {
  readonly uids: ReadonlySet<string>
  readonly rows: number
  /** What the sisters must add up to, and what they do. */
  readonly failures: number
  readonly summed: number
  readonly detectable: number
  readonly detections: number
}

const COUNTS = `
  select count(*)::integer as rows,
         count(*) filter (where http_status_code >= 400)::integer as failures,
         count(*) filter (where article_id::integer % 5 = 0)::integer as detectable,
         (select coalesce(sum(count), 0)::integer from http_error_summary where host = 'news.example.com') as summed,
         (select count(*)::integer from content_type_detection_telemetry where operation_id like 'run-%') as detections
    from extraction_telemetry_v2 where operation_id like 'run-%'`

/** Counts what was written, by a query of the database itself. */
export async function readWritten(query: (sql: string) => Promise<unknown[]>): Promise<Written> {
  const [counts] = (await query(COUNTS)) as Omit<Written, 'uids'>[]
  const uids = (await query(
    `select event_uid::text as uid from extraction_telemetry_v2 where operation_id like 'run-%'`,
  )) as { uid: string }[]
  if (!counts) throw new Error('A count always has a row.')
  return { ...counts, uids: new Set(uids.map(({ uid }) => uid)) }
}
