import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Moves the sequence behind "http_error_summary"."id" past the values in the table.
 *
 * It writes only if a sequence is behind and never moves one back, so it may run beside writers, and run again.
 * Written by typeorm-resync; each statement also runs as it stands in psql.
 */
export class ResyncHttpErrorSummarySequence1795392000002 implements MigrationInterface {
  name = 'ResyncHttpErrorSummarySequence1795392000002'

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
do $resync$
declare
  target constant regclass := '"http_error_summary"';
  key constant name := 'id';
  burn_limit constant numeric := 1000000;
  long_burn_limit constant numeric := 20000000;
  max_gap constant numeric := null;
  spare_percent constant numeric := 1;
  -- A lock on the sequence may be kept to the end of the transaction only where that comes at once.
  alone constant boolean := pg_catalog.now() = pg_catalog.statement_timestamp();
  lock_timeout_before constant text := pg_catalog.current_setting('lock_timeout');
  row_security_before constant text := pg_catalog.current_setting('row_security');
  search_path_before constant text := pg_catalog.current_setting('search_path');
  longest_wait numeric; -- for a lock on the sequence, in milliseconds
  wait numeric;
  place text;
  tables oid[] := array[target::oid];
  others oid[];
  feed record;
  read_next text;
  extreme numeric;
  next_value numeric;
  draws numeric;
  last_draw numeric;
  own_end numeric;
  nearest_end numeric;
  own_spare numeric;
  spare numeric;
  looks integer := 0;
  reads integer := 1;
  way text;
  state text := 'Nothing was changed.';
  done text;
begin
  -- Never wait without end, never trust a max() that row security made too low, and find by name nothing but PostgreSQL's own.
  if lock_timeout_before = '0' then
    perform pg_catalog.set_config('lock_timeout', '2s', true);
  end if;
  perform pg_catalog.set_config('row_security', 'off', true);
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  place := format('%s.%I', target, key);
  longest_wait := least(extract(epoch from current_setting('lock_timeout')::interval) * 1000,
    extract(epoch from current_setting('deadlock_timeout')::interval) * 500);
  wait := least(50, longest_wait);

  -- The sequence that the column draws from; then again with all the tables that draw from it too.
  loop
    with fed as materialized (
      select c.oid::regclass as relation, a.attname, drawn.sequence, how.plain,
             how.base in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) as whole,
             -trunc(2::numeric ^ (8 * a.attlen - 1)) as lowest, trunc(2::numeric ^ (8 * a.attlen - 1)) - 1 as highest,
             case c.relkind when 'p' then '' else 'only ' end as rows_of,
             c.relkind in ('r', 'p') and c.relpersistence <> 't' and not (c.relispartition and (a.attidentity <> '' or exists (
                     select from pg_inherits i
                       join pg_attribute pa on pa.attrelid = i.inhparent and pa.attname = a.attname
                       join pg_attrdef pd on pd.adrelid = pa.attrelid and pd.adnum = pa.attnum
                       join pg_depend used on used.classid = 'pg_attrdef'::regclass and used.objid = pd.oid
                      where i.inhrelid = c.oid and used.refclassid = 'pg_class'::regclass and used.refobjid = drawn.sequence))) as counts
        from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
          join pg_type t on t.oid = a.atttypid
          left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
          cross join lateral (
            select pg_get_expr(coalesce(d.adbin, t.typdefaultbin), 0) as text offset 0) expr
          cross join lateral (
            select expr.text as expression,
                   expr.text is null or expr.text ~ '^[(]?nextval[(](''([^'']|'''')+''::regclass|[(]''([^'']|'''')+''::text[)]::regclass)[)][)]?(::(bigint|integer|smallint))?$' as plain,
                   case when expr.text like '%::text)::regclass%' then
                     replace(substring(expr.text from '^[(]?nextval[(][(]''(([^'']|'''')+)''::text[)]::regclass[)]'), '''''', '''') end as named,
                   case t.typtype when 'd' then (
                     with recursive domains as (
                       select t.oid, t.typbasetype
                       union all
                       select b.oid, b.typbasetype from domains join pg_type b on b.oid = domains.typbasetype)
                     select oid from domains where typbasetype = 0) else t.oid end as base
            offset 0) how
          cross join lateral (
            select coalesce(
              case when how.expression is not null then (
                select min(s.seqrelid) from pg_depend used join pg_sequence s on s.seqrelid = used.refobjid
                 where used.classid = case when d.oid is null then 'pg_type'::regclass else 'pg_attrdef'::regclass end
                   and used.objid = coalesce(d.oid, t.oid) and used.refclassid = 'pg_class'::regclass) end,
              case when how.named is not null then (
                select min(s.oid) from pg_class s
                 where s.relkind = 'S'
                   and case when how.named like '%"%' then how.named else lower(how.named) end
                       in (quote_ident(s.relname), s.relnamespace::regnamespace || '.' || quote_ident(s.relname))
                having count(*) = 1) end,
              case when how.expression is null then (
                select min(s.seqrelid) from pg_depend own join pg_sequence s on s.seqrelid = own.objid
                 where own.refclassid = 'pg_class'::regclass and own.refobjid = c.oid and own.refobjsubid = a.attnum
                   and own.classid = 'pg_class'::regclass and own.deptype = case a.attidentity when '' then 'a' else 'i' end
                having count(*) = 1) end) as sequence
            offset 0) drawn
       where c.oid = any (tables))
    select s.seqrelid::regclass as sequence, s.seqincrement::numeric as step, s.seqcache as cache, s.seqcycle as cycles,
           s.seqmin, s.seqmax, greatest(s.seqmin, mine.lowest) as lowest, least(s.seqmax, mine.highest) as highest,
           array(select case when s.seqincrement > 0 then least(s.seqmax, f.highest) else greatest(s.seqmin, f.lowest) end
                   from fed f where f.sequence = mine.sequence and f.plain and f.whole) as ends,
           mine.plain and mine.whole as comparable,
           pg_get_userbyid(k.relowner) as owner, pg_has_role(k.relowner, 'USAGE') as may_lock,
           has_sequence_privilege(s.seqrelid, 'UPDATE') as may_set,
           (select format('select %s(value) from (%s) held(value)', case when s.seqincrement > 0 then 'max' else 'min' end,
                     -- What lies beyond the sequence's end was never drawn from it, and never will be.
                     string_agg(case when s.seqincrement > 0
                       then format('select max(%1$I)::numeric from %2$s%3$s where %1$I <= %4$L', f.attname, f.rows_of, f.relation, least(s.seqmax, f.highest))
                       else format('select min(%1$I)::numeric from %2$s%3$s where %1$I >= %4$L', f.attname, f.rows_of, f.relation, greatest(s.seqmin, f.lowest))
                       end, ' union all '))
              from fed f where f.sequence = mine.sequence and f.plain and f.whole
               and (f.counts or (f.relation, f.attname) = (mine.relation, mine.attname))) as read_extreme
      into feed
      from fed mine join pg_sequence s on s.seqrelid = mine.sequence join pg_class k on k.oid = s.seqrelid
     where mine.relation = target and mine.attname = key;
    if feed.sequence is null then
      raise exception 'No sequence feeds %. Nothing was changed.', place using errcode = '55000';
    end if;
    others := array(
     select d.adrelid from pg_depend used join pg_attrdef d on d.oid = used.objid
         where used.classid = 'pg_attrdef'::regclass
           and used.refclassid = 'pg_class'::regclass and used.refobjid = any (array[feed.sequence::oid])
        union
        select part.refobjid from pg_depend part
         where part.classid = 'pg_class'::regclass and part.objid = any (array[feed.sequence::oid]) and part.deptype = 'i'
        union
        select a.attrelid from pg_depend used join pg_attribute a on a.atttypid = used.objid
         where used.classid = 'pg_type'::regclass
           and used.refclassid = 'pg_class'::regclass and used.refobjid = any (array[feed.sequence::oid])
     except select unnest(tables));
    exit when others = '{}';
    tables := tables || others;
  end loop;
  if not feed.comparable then
    raise exception '% does not take the value of sequence % as it is, so the two cannot be compared. Nothing was changed.',
      place, feed.sequence using errcode = '55000';
  end if;
  -- By the function, because nextval may show a plain select of last_value up to 32 values too high for a moment.
  read_next := format('select coalesce(pg_sequence_last_value(s.tableoid) + %s::numeric, s.last_value) from %s s', feed.step, feed.sequence);

  loop
    begin
      way := null;
      -- The column first: a sequence that is read after it can only be further on, so writers never make it look behind.
      execute feed.read_extreme into extreme;
      execute read_next into next_value;
      if feed.cycles and next_value not between feed.seqmin and feed.seqmax then
        next_value := case when feed.step > 0 then feed.seqmin else feed.seqmax end;
      end if;
      if current_setting('transaction_isolation') not like 'read %' then
        declare
          seen constant pg_snapshot := pg_current_snapshot();
          later xid8 := pg_snapshot_xmax(seen);
          unseen boolean := exists (
            select from pg_snapshot_xip(seen) running where pg_xact_status(running) = 'committed');
        begin
          while not unseen loop
            unseen := pg_xact_status(later) = 'committed';
            later := (later::text::numeric + 1)::text::xid8;
          end loop;
          raise exception '%: others have committed since this % transaction began, and it does not see their rows.',
            format('Cannot trust the values in %s', place), current_setting('transaction_isolation') using errcode = '55000', hint = 'Run it in read committed.';
        exception when invalid_parameter_value then
          null; -- The number was not given out yet: nobody has committed since.
        end;
      end if;

      if (extreme - next_value) * feed.step >= 0 then
        draws := div(extreme - next_value, feed.step) + 1;
        last_draw := next_value + (draws - 1) * feed.step;
        own_end := case when feed.step > 0 then feed.highest else feed.lowest end;
        -- Of all columns that it feeds, the first to end, but not one that is full already.
        nearest_end := coalesce((select range_end from unnest(feed.ends) range_end
          where (range_end - extreme) * feed.step > 0 order by range_end * feed.step limit 1), own_end);
        own_spare := (own_end - last_draw) * sign(feed.step);
        spare := (nearest_end - last_draw) * sign(feed.step);
        looks := looks + 1;
        if feed.cycles then
          raise exception 'Sequence % cycles: it returns to used values by design. %',
            feed.sequence, state using errcode = '55000';
        elsif own_spare < abs(feed.step) then
          raise exception 'Sequence % has no value left past % in %. %',
            feed.sequence, extreme, place, state using errcode = '55000';
        elsif draws > burn_limit and spare * 100 < spare_percent * abs(nearest_end - case when feed.step > 0 then feed.lowest else feed.highest end) then
          raise exception 'Sequence % would have hardly a value left past % in %, which may be an outlier. %',
            feed.sequence, extreme, place, state using errcode = '55000', hint = 'If it is none, run: typeorm-resync apply --force';
        elsif draws > max_gap then
          raise exception 'Sequence % is % values behind %, more than the % allowed: % may be an outlier. %',
            feed.sequence, draws, place, max_gap, extreme, state using errcode = '55000', hint = 'If it is none, run: typeorm-resync apply --force';
        elsif looks > 20 then
          raise exception 'Sequence % is still behind % after 20 repairs: rows with explicit ids arrive faster. %',
            feed.sequence, place, state using errcode = '55000', hint = 'Run it again when they have arrived.';
        end if;

        way := case
          when draws <= burn_limit and feed.cache = 1 then 'burn'
          when feed.may_lock and wait <= longest_wait then 'setval'
          -- A draw takes the whole of a cache: what comes after the last value that is needed is lost.
          when feed.cache > 1 and own_spare < feed.cache * abs(feed.step) then null
          when draws <= long_burn_limit then 'burn'
          -- Not sooner with CACHE, where one draw of others goes as far as many.
          when feed.may_set and draws > long_burn_limit * feed.cache then 'leap'
        end;
        if way is null and feed.cache > 1 then
          raise exception 'Sequence % is % values behind %, and gives % at a time (CACHE): to move it takes its lock, which only role % may have, if it is free. %',
            feed.sequence, draws, place, feed.cache, feed.owner, state using errcode = '55000', hint = 'Run it again as that role.';
        elsif way is null then
          raise exception 'Sequence % is % values behind %: no more than % are drawn, and role % may not set it. %',
            feed.sequence, draws, place, long_burn_limit, current_user, state
            using errcode = '42501', hint = format('Run: GRANT UPDATE ON SEQUENCE %s TO %I', feed.sequence, current_user);
        elsif way = 'setval' then
          -- Whoever waits for this transaction may hold what it would wait for: no wait, no deadlock.
          if exists (select from pg_locks w where not w.granted and pg_backend_pid() = any (pg_blocking_pids(w.pid))) then
            raise lock_not_available;
          end if;
          -- setval is safe only while nobody can draw. These change nothing: the one is a lock, the other also empties caches.
          perform set_config('lock_timeout', wait || 'ms', true);
          execute format(case when feed.cache > 1 and alone then 'alter sequence %s increment by %s' else 'alter sequence %s owner to %3$I' end,
            feed.sequence, feed.step, feed.owner);
          execute read_next into next_value;
          if (extreme - next_value) * feed.step >= 0 then
            last_draw := next_value + div(extreme - next_value, feed.step) * feed.step;
            perform setval(feed.sequence, last_draw::bigint, true);
          end if;
        else
          if way = 'leap' then
            draws := burn_limit;
            perform setval(feed.sequence, (last_draw - burn_limit * feed.step)::bigint, true);
          end if;
          -- nextval only moves forward, whatever others do at the same time, and no writer waits for it.
          -- The series in a select list is streamed; in a from clause it would be written to disk first.
          perform max(nextval(feed.sequence)) from (select generate_series(1, draws::bigint)) missing;
        end if;
        done := way;
        state := 'It was moved, and is no lower than before.';
      end if;
      -- To empty caches the lock has to last until the transaction ends: at once, and not after another look.
      exit when way = 'setval' and feed.cache > 1 and alone;
      raise exception using errcode = 'RSYNC'; -- Rolls the block back: its locks end, the sequence stays where it is.
    exception
      when sqlstate 'RSYNC' then
        exit when way is null;
      when lock_not_available or deadlock_detected then
        -- For the sequence it waits longer and longer, until that is too long and another way is taken; for a table, three times.
        if way = 'setval' then
          wait := wait * 2;
        elsif reads < 3 then
          reads := reads + 1;
        else
          raise;
        end if;
        perform pg_sleep(random() * wait / 1000);
      when others then
        -- Not even asked for: an event trigger may forbid every ALTER.
        if way is distinct from 'setval' then
          raise;
        end if;
        wait := longest_wait + 1;
    end;
  end loop;

  if done is not null then
    raise notice 'Sequence % was behind %; its next value is now %.', feed.sequence, place, next_value;
  end if;
  perform set_config('typeorm_resync.method', coalesce(done, ''), true);
  perform set_config('lock_timeout', lock_timeout_before, true);
  perform set_config('row_security', row_security_before, true);
  perform set_config('search_path', search_path_before, true);
end
$resync$
`)
  }

  public async down(): Promise<void> {
    // Nothing to undo: no row was changed, and moving a sequence back would make inserts fail with 23505.
  }
}
