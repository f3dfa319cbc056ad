/** Runs one statement; of pg or of TypeORM. */
export type Query = (sql: string, values?: unknown[]) => Promise<unknown>

const COLUMNS = `operation_id, article_id, url, publisher, host, start_time, end_time, total_duration_ms, http_status_code, http_error_type,
    response_size_bytes, response_time_ms, proxy_used, proxy_status, methods_attempted, successful_method, method_timings, method_success,
    field_extraction, content_length, is_success, error_message, error_type`

/** The n-th event: always the same for the same n; one in nine failed. */
const EVENT = `'op-' || n / 50, 'article-' || n, 'https://news.example.com/articles/' || n, 'news', 'news.example.com',
         timestamp '2026-11-01' + n * interval '1.7 s', timestamp '2026-11-01' + n * interval '1.7 s' + interval '0.3 s', 120 + n % 900,
         case when n % 9 = 0 then 503 else 200 end, case when n % 9 = 0 then 'service_unavailable' end,
         20000 + n % 90000, 60 + n % 450, n % 4 = 0, case when n % 4 = 0 then 'success' else 'disabled' end,
         '["newspaper"]', case when n % 9 <> 0 then 'newspaper' end, '{"newspaper":' || 120 + n % 900 || '}',
         case when n % 9 = 0 then '{"newspaper":false}' else '{"newspaper":true}' end,
         '{"newspaper":{"title":true,"content":true}}', 1000 + n % 9000, n % 9 <> 0,
         case when n % 9 = 0 then 'HTTP 503' end, case when n % 9 = 0 then 'http' end`

/** What a writer runs: the database gives the id. */
const INSERT = `insert into extraction_telemetry_v2 (${COLUMNS}) select ${EVENT} from (select $1::integer as n) numbered`

/** What a restore runs: rows bring their ids, so nextval is never called and the sequence stays at its start. */
const RESTORE = `insert into extraction_telemetry_v2 (id, ${COLUMNS}) select n, ${EVENT} from generate_series(1, $1::integer) n`

const RESTORE_SUMMARY = `
  insert into http_error_summary (id, host, status_code, error_type, count, first_seen, last_seen)
  select n, 'host-' || n || '.example.com', 503, 'service_unavailable', 3, timestamp '2026-11-01', timestamp '2026-11-02'
    from generate_series(1, $1::integer) n`

const RESTORE_DETECTION = `
  insert into content_type_detection_telemetry (id, article_id, url, status, confidence, confidence_score, evidence, detected_at)
  select n, 'article-' || n, 'https://news.example.com/articles/' || n, 'detected', 'high', 0.9, '{"rule":"path"}', timestamp '2026-11-01'
    from generate_series(1, $1::integer) n`

/** Restores `events` events and their sisters' rows, each with an explicit id. */
export async function restoreEvents(query: Query, events: number): Promise<void> {
  await query(RESTORE, [events])
  await query(RESTORE_SUMMARY, [Math.ceil(events / 50)])
  await query(RESTORE_DETECTION, [Math.ceil(events / 10)])
}

/** Inserts one event as the writers in production do. Returns false for a duplicate key; any other error is thrown. */
export async function insertEvent(query: Query, n: number): Promise<boolean> {
  try {
    await query(INSERT, [n])
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '23505') return false
    throw error
  }
}
