import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Moves the sequence behind "extraction_telemetry_v2"."id" past the values in the table.
 *
 * It writes only if the sequence is behind and never moves it back, so it may run beside writers, and run again.
 * Written by typeorm-resync; each statement also runs as it stands in psql.
 */
export class ResyncExtractionTelemetryV2Sequence1795392000001 implements MigrationInterface {
  name = "ResyncExtractionTelemetryV2Sequence1795392000001";

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
do $resync$
declare
  target constant regclass := '"extraction_telemetry_v2"';
  key constant name := 'id';
  place constant text := pg_catalog.format('%s.%I', target, key);
  burn_limit constant numeric := 1000000;
  spare_percent constant numeric := 1;
  plain_default constant text := '^[(]?nextval[(]''([^'']|'''')+''::regclass[)][)]?(::(integer|smallint))?$';
  -- By the function, because nextval may show a plain select of last_value up to 32 values too high for a moment.
  read_next constant text :=
    'select coalesce(pg_catalog.pg_sequence_last_value(s.tableoid) + %s::numeric, s.last_value) from %s s';
  lock_timeout_before constant text := pg_catalog.current_setting('lock_timeout');
  row_security_before constant text := pg_catalog.current_setting('row_security');
  feed record;
  extreme numeric;
  next_value numeric;
  draws numeric;
  last_draw numeric;
  spare numeric;
  looks integer := 0;
begin
  if pg_catalog.current_setting('transaction_isolation') not like 'read %' then
    raise exception 'Cannot trust max() in a % transaction, which does not see what others commit. Nothing was changed.',
      pg_catalog.current_setting('transaction_isolation') using errcode = '55000', hint = 'Run it in read committed.';
  end if;

  -- Never wait without end, and never trust a max() that row security made too low.
  if lock_timeout_before = '0' then
    perform pg_catalog.set_config('lock_timeout', '2s', true);
  end if;
  perform pg_catalog.set_config('row_security', 'off', true);
  perform pg_catalog.set_config('typeorm_resync.method', '', true);

  -- The sequence that the column really draws from: its default's, or its identity's.
  select s.seqrelid::regclass as sequence, s.seqincrement::numeric as step, s.seqcycle as cycles,
         pg_catalog.pg_get_userbyid(c.relowner) as owner,
         case t.relkind when 'p' then '' else 'only ' end as rows_of,
         a.atttypid in ('pg_catalog.int2'::regtype, 'pg_catalog.int4'::regtype, 'pg_catalog.int8'::regtype)
           and (d.oid is null or pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ plain_default) as comparable,
         greatest(s.seqmin, -(2::numeric ^ (8 * a.attlen - 1))) as lowest,
         least(s.seqmax, 2::numeric ^ (8 * a.attlen - 1) - 1) as highest
    into feed
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class t on t.oid = a.attrelid
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    join pg_catalog.pg_sequence s
      on s.seqrelid = coalesce(
           (select pg_catalog.min(used.refobjid) from pg_catalog.pg_depend used
             where used.classid = 'pg_catalog.pg_attrdef'::regclass and used.objid = d.oid
               and used.refclassid = 'pg_catalog.pg_class'::regclass and used.refobjsubid = 0),
           (select part.objid from pg_catalog.pg_depend part
             where part.refclassid = 'pg_catalog.pg_class'::regclass and part.refobjid = a.attrelid
               and part.refobjsubid = a.attnum
               and part.classid = 'pg_catalog.pg_class'::regclass and part.deptype = 'i'))
    join pg_catalog.pg_class c on c.oid = s.seqrelid
   where a.attrelid = target and a.attname = key;

  if feed.sequence is null then
    raise exception 'No sequence feeds %. Nothing was changed.', place using errcode = '55000';
  elsif not feed.comparable then
    raise exception '% does not take the value of sequence % as it is, so the two cannot be compared. Nothing was changed.',
      place, feed.sequence using errcode = '55000';
  end if;

  loop
    -- The column first: a sequence that is read after it can only be further on, so writers never make it look behind.
    execute pg_catalog.format('select pg_catalog.%s(%I) from %s%s',
      case when feed.step > 0 then 'max' else 'min' end, key, feed.rows_of, target) into extreme;
    execute pg_catalog.format(read_next, feed.step, feed.sequence) into next_value;
    exit when extreme is null or (extreme - next_value) * feed.step < 0;

    draws := pg_catalog.div(extreme - next_value, feed.step) + 1;
    last_draw := next_value + (draws - 1) * feed.step;
    spare := case when feed.step > 0 then feed.highest - last_draw else last_draw - feed.lowest end;
    looks := looks + 1;
    if feed.cycles then
      raise exception 'Sequence % cycles: it returns to used values by design. Nothing was changed.',
        feed.sequence using errcode = '55000';
    elsif spare < pg_catalog.abs(feed.step) then
      raise exception 'Sequence % has no value left past % in %. Nothing was changed.',
        feed.sequence, extreme, place using errcode = '55000';
    elsif draws > burn_limit and spare * 100 < spare_percent * (feed.highest - feed.lowest) then
      raise exception 'Sequence % would have hardly a value left past % in %, which may be an outlier. Nothing was changed.',
        feed.sequence, extreme, place using errcode = '55000', hint = 'If it is none, run: typeorm-resync apply --force';
    elsif looks > 10 then
      raise exception 'Sequence % is still behind % after 10 repairs: rows with explicit ids arrive faster. It is no lower than before.',
        feed.sequence, place using errcode = '55000', hint = 'Run it again when they have arrived.';
    end if;

    if draws <= burn_limit then
      -- nextval only moves forward, whatever others do at the same time, and no writer waits for it.
      perform pg_catalog.max(pg_catalog.nextval(feed.sequence)) from pg_catalog.generate_series(1, draws::bigint);
      perform pg_catalog.set_config('typeorm_resync.method', 'burn', true);
    else
      begin
        -- setval is safe only while nobody can draw. This changes no owner: it is a lock, which ends at once with the
        -- rollback of this block; setval stays, because PostgreSQL never rolls it back.
        execute pg_catalog.format('alter sequence %s owner to %I', feed.sequence, feed.owner);
        execute pg_catalog.format(read_next, feed.step, feed.sequence) into next_value;
        if (extreme - next_value) * feed.step >= 0 then
          last_draw := next_value + pg_catalog.div(extreme - next_value, feed.step) * feed.step;
          perform pg_catalog.setval(feed.sequence, last_draw::bigint, true);
        end if;
        raise exception using errcode = 'RSYNC';
      exception when sqlstate 'RSYNC' then
        perform pg_catalog.set_config('typeorm_resync.method', 'setval', true);
      end;
    end if;
  end loop;

  if looks > 0 then
    raise notice 'Sequence % was behind %; its next value is now %.', feed.sequence, place, next_value;
  end if;
  perform pg_catalog.set_config('lock_timeout', lock_timeout_before, true);
  perform pg_catalog.set_config('row_security', row_security_before, true);
end
$resync$
`);
  }

  public async down(): Promise<void> {
    // Nothing to undo: no row was changed, and moving the sequence back would make inserts fail with 23505.
  }
}
