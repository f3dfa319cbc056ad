import { dollarQuote } from '../db/quoting'
import { raiseIfStale } from '../db/stale-snapshot'
import { DEFAULT_LOCK_TIMEOUT } from '../db/transaction'
import { indented, unqualified } from './plpgsql'

/** The largest gap that is closed by drawing the values (nextval), although a lock may be to be had. A million takes about 0.3 s. */
export const BURN_LIMIT = 1_000_000

/** The largest gap that is closed by drawing where no lock is to be had; about 6 s. */
export const LONG_BURN_LIMIT = 20_000_000

/**
 * A large gap is refused where closing it would leave less than this share of the range, in percent: the highest value may be an outlier, and a sequence
 * is never lowered again.
 */
export const SPARE_PERCENT = 1

/** How a gap is closed: by drawing the missing values; by setval under a lock; by setval to just before the column, and drawing the rest. */
export type Method = 'burn' | 'setval' | 'leap'

/** The setting, local to the transaction, in which the repair says what it did: a {@link Method} or nothing. */
export const METHOD_SETTING = 'typeorm_resync.method'

/** Within which limits to repair. */
export interface BlockLimits {
  /** A larger gap is refused. Default: no limit. */
  readonly maxGap?: bigint | undefined
  /** Repairs in spite of `maxGap`, and where hardly a value would be left. Default: false. */
  readonly force?: boolean | undefined
  /** Whether the transaction ends right after the statement, so that a lock may be kept until then. Default: whether the statement is all of it. */
  readonly endsTransaction?: boolean | undefined
}

/** What differs between the repair of a column's sequence and that of a sequence alone. */
export interface RepairParts {
  /** Declares `target`, a regclass, and what the others take. */
  readonly declarations: string
  /** An expression for what messages name. */
  readonly place: string
  /** Fills `feed`, as `READ_FEED` does. */
  readonly readFeed: string
  /** Sets `extreme`, the value that the sequence has to be past. */
  readonly readExtreme: string
}

/**
 * Returns a repair as one SQL statement, a DO block.
 *
 * It moves the sequence past every column that draws from it, only if it is behind, and never back:
 *
 * - A small gap is drawn with nextval, which can only go forward, and holds nothing that a writer waits for.
 * - A larger one takes setval under a lock on the sequence, where the role may have it. The lock is asked for a few times, each time for less than
 *   deadlock_timeout, and not while anybody waits for us, so that writers never queue behind it for long and none is chosen as a deadlock's victim.
 *   ALTER … OWNER TO the present owner changes nothing and keeps the sequence's file.
 * - Where there is no lock to be had, up to 20 million values are drawn. Beyond that setval goes to a million values before the column, and
 *   the rest is drawn. Without a lock setval could go back, but only if others drew 19 million values between two steps of this block:
 *   at the speed of nextval that takes 5 s. With CACHE, where one draw goes as far as many, the gap must be as many times as large.
 * - Where sessions take several values at once (CACHE), those that they hold are stale too. ALTER … INCREMENT BY its own increment makes them drop
 *   these, once it commits; its lock lasts until then, so it is used only where nothing else is in the transaction.
 *
 * Everything happens in a block that is then rolled back, which ends all its locks: they would otherwise last until the transaction
 * ends, and in a migration that may be the whole deployment. Neither nextval nor setval is ever rolled back (PostgreSQL manual, 9.17).
 *
 * Then it looks again, because somebody may have inserted explicit ids meanwhile (not where it keeps the lock). A table with no rows keeps its first id.
 * It leaves the transaction's settings as it found them, and raises an exception where it must not go on.
 */
export function repairBlock(
  { declarations, place, readFeed, readExtreme }: RepairParts,
  limits: BlockLimits,
): string {
  const { force = false, endsTransaction = false } = limits
  const maxGap = force ? undefined : limits.maxGap
  const alone = endsTransaction ? 'true' : 'pg_catalog.now() = pg_catalog.statement_timestamp()'
  return `do ${dollarQuote(
    'resync',
    `declare
  ${declarations}
  burn_limit constant numeric := ${String(BURN_LIMIT)};
  long_burn_limit constant numeric := ${String(LONG_BURN_LIMIT)};
  max_gap constant numeric := ${maxGap === undefined ? 'null' : String(maxGap)};
  spare_percent constant numeric := ${String(force ? 0 : SPARE_PERCENT)};
  -- A lock on the sequence may be kept to the end of the transaction only where that comes at once.
  alone constant boolean := ${alone};
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
    perform pg_catalog.set_config('lock_timeout', '${DEFAULT_LOCK_TIMEOUT}', true);
  end if;
  perform pg_catalog.set_config('row_security', 'off', true);
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  place := ${place};
  longest_wait := least(extract(epoch from current_setting('lock_timeout')::interval) * 1000,
    extract(epoch from current_setting('deadlock_timeout')::interval) * 500);
  wait := least(50, longest_wait);

  ${indented(readFeed, 2)}
  -- By the function, because nextval may show a plain select of last_value up to 32 values too high for a moment.
  read_next := format('select coalesce(pg_sequence_last_value(s.tableoid) + %s::numeric, s.last_value) from %s s', feed.step, feed.sequence);

  loop
    begin
      way := null;
      -- The column first: a sequence that is read after it can only be further on, so writers never make it look behind.
      ${readExtreme}
      execute read_next into next_value;
      if feed.cycles and next_value not between feed.seqmin and feed.seqmax then
        next_value := case when feed.step > 0 then feed.seqmin else feed.seqmax end;
      end if;
      ${indented(unqualified(raiseIfStale(`format('Cannot trust the values in %s', place)`)), 6)}

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
  perform set_config('${METHOD_SETTING}', coalesce(done, ''), true);
  perform set_config('lock_timeout', lock_timeout_before, true);
  perform set_config('row_security', row_security_before, true);
  perform set_config('search_path', search_path_before, true);
end`,
  )}`
}
