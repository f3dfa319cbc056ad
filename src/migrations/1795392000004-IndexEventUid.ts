import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Makes `event_uid` unique. Building the index lets readers go on and holds writers up, for about a second a million rows. On a
 * larger table make it beforehand with CREATE UNIQUE INDEX CONCURRENTLY (README.md), which holds up nobody: this migration then
 * finds it, and takes no lock.
 */
export class IndexEventUid1795392000004 implements MigrationInterface {
  name = 'IndexEventUid1795392000004'

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
do $index$
declare
  lock_timeout_before constant text := current_setting('lock_timeout');
  valid boolean;
begin
  select i.indisvalid into valid
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
   where i.indrelid = 'extraction_telemetry_v2'::regclass and c.relname = 'extraction_telemetry_v2_event_uid_key';
  if valid is null then
    perform set_config('lock_timeout', '2s', true);
    create unique index extraction_telemetry_v2_event_uid_key on extraction_telemetry_v2 (event_uid);
    perform set_config('lock_timeout', lock_timeout_before, true);
  elsif not valid then
    raise exception 'Index extraction_telemetry_v2_event_uid_key is invalid: building it concurrently did not succeed. Nothing was changed.'
      using hint = 'Run: drop index concurrently extraction_telemetry_v2_event_uid_key';
  end if;
end
$index$`)
  }

  public async down(): Promise<void> {
    // Nothing to undo: without the index, a retried event could be written twice.
  }
}
