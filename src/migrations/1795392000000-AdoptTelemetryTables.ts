import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Creates the telemetry tables where they are missing. Where they exist, they are adopted as they are: no existing column, row or
 * constraint is touched. Both get `event_uid`, which lets a retried event be written once; a later migration makes its index.
 */
export class AdoptTelemetryTables1795392000000 implements MigrationInterface {
  name = 'AdoptTelemetryTables1795392000000'

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
create table if not exists extraction_telemetry_v2 (
  id serial primary key,
  operation_id text not null,
  article_id text not null,
  url text not null,
  publisher text,
  host text,
  start_time timestamp not null,
  end_time timestamp,
  total_duration_ms real,
  http_status_code integer,
  http_error_type text,
  response_size_bytes integer,
  response_time_ms real,
  proxy_used boolean,
  proxy_url text,
  proxy_authenticated boolean,
  proxy_status text,
  proxy_error text,
  methods_attempted text,
  successful_method text,
  method_timings text,
  method_success text,
  method_errors text,
  field_extraction text,
  extracted_fields text,
  final_field_attribution text,
  alternative_extractions text,
  content_length integer,
  is_success boolean,
  error_message text,
  error_type text,
  created_at timestamp not null default now()
)`)
    await queryRunner.query(`
create table if not exists http_error_summary (
  id serial primary key,
  host text not null,
  status_code integer not null,
  error_type text,
  count integer not null default 1,
  first_seen timestamp not null,
  last_seen timestamp not null,
  constraint http_error_summary_host_status_code_key unique (host, status_code)
)`)
    await queryRunner.query(`
create table if not exists content_type_detection_telemetry (
  id serial primary key,
  article_id text not null,
  operation_id text,
  url text not null,
  publisher text,
  host text,
  status text not null,
  confidence text,
  confidence_score real,
  reason text,
  evidence text,
  version text,
  detected_at timestamp not null,
  created_at timestamp not null default now()
)`)
    await queryRunner.query(`
do $adopt$
declare
  lock_timeout_before constant text := current_setting('lock_timeout');
begin
  -- Looked up first: ALTER TABLE ... IF NOT EXISTS takes its lock even where there is nothing to do.
  if not exists (select from pg_catalog.pg_attribute
                  where attrelid = 'extraction_telemetry_v2'::regclass and attname = 'event_uid' and not attisdropped) then
    -- It queues ahead of every reader and writer: better to fail, and run again, than to make them wait.
    perform set_config('lock_timeout', '2s', true);
    alter table extraction_telemetry_v2 add column event_uid uuid;
    perform set_config('lock_timeout', lock_timeout_before, true);
  end if;
end
$adopt$`)
  }

  public async down(): Promise<void> {
    // Nothing to undo: the tables may have been there before, and hold data that this migration did not write.
  }
}
