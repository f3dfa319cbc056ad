import { sequenceOfColumn } from '../catalog/sequence-of-column'
import { dollarQuote, quoteLiteral, quoteQualified } from '../db/quoting'
import { DEFAULT_LOCK_TIMEOUT } from '../db/transaction'

/**
 * The largest gap that is closed by drawing the values (nextval), which needs no lock. A million takes about 0.35 s;
 * a larger gap is closed under a lock, which is shorter than drawing and has to be waited for.
 */
export const BURN_LIMIT = 1_000_000

/** The setting, local to the transaction, in which the repair says what it did: `burn`, `setval` or nothing. */
export const METHOD_SETTING = 'typeorm_resync.method'

/**
 * A larger gap is refused where it would leave less than this share of the range, in percent: the highest value may be an outlier, and a sequence
 * is never lowered again.
 */
export const SPARE_PERCENT = 1

/** A default that gives the sequence's value as it is, perhaps cast to the column's type; as pg_get_expr writes it. */
const PLAIN_NEXTVAL = `^[(]?nextval[(]'([^']|'')+'::regclass[)][)]?(::(integer|smallint))?$`

/** Which column's sequence to repair. */
export interface RepairTarget {
  /** Without it the session's search path decides, as it does for the queries of an entity that names no schema. */
  readonly schema?: string | undefined
  readonly table: string
  readonly column: string
  /** Repairs even where hardly a value would be left. Default: false. */
  readonly force?: boolean | undefined
}

/**
 * Returns the repair as one SQL statement, a DO block: what a generated migration carries, `apply` runs and the guard runs.
 *
 * It moves the sequence past the column only if it is behind, and never back:
 *
 * - A small gap is drawn with nextval, which can only go forward, and holds nothing that a writer waits for.
 * - A large one takes setval under a lock on the sequence. A lock normally lasts until the transaction ends, which in a migration may be the
 *   whole deployment. This one is taken in a block that is rolled back, so it lasts microseconds: locks end with their subtransaction,
 *   while setval is never rolled back (PostgreSQL manual, 9.17). ALTER … OWNER TO the present owner changes nothing and keeps the sequence's file,
 *   unlike ALTER SEQUENCE … INCREMENT BY, which would write setval into a file that the rollback discards.
 *
 * Then it looks again, because somebody may have inserted explicit ids meanwhile. A table with no rows keeps its first id.
 * It leaves the transaction's settings as it found them, and raises an exception, with nothing changed, where it must not go on.
 */
export function repairSql({ schema, table, column, force = false }: RepairTarget): string {
  return `do ${dollarQuote(
    'resync',
    `declare
  target constant regclass := ${quoteLiteral(quoteQualified(schema, table))};
  key constant name := ${quoteLiteral(column)};
  place constant text := pg_catalog.format('%s.%I', target, key);
  burn_limit constant numeric := ${String(BURN_LIMIT)};
  spare_percent constant numeric := ${String(force ? 0 : SPARE_PERCENT)};
  plain_default constant text := ${quoteLiteral(PLAIN_NEXTVAL)};
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
    perform pg_catalog.set_config('lock_timeout', '${DEFAULT_LOCK_TIMEOUT}', true);
  end if;
  perform pg_catalog.set_config('row_security', 'off', true);
  perform pg_catalog.set_config('${METHOD_SETTING}', '', true);

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
      on s.seqrelid = ${sequenceOfColumn({ relation: 'a.attrelid', attribute: 'a.attnum', default: 'd.oid' })}
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
      perform pg_catalog.set_config('${METHOD_SETTING}', 'burn', true);
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
        perform pg_catalog.set_config('${METHOD_SETTING}', 'setval', true);
      end;
    end if;
  end loop;

  if looks > 0 then
    raise notice 'Sequence % was behind %; its next value is now %.', feed.sequence, place, next_value;
  end if;
  perform pg_catalog.set_config('lock_timeout', lock_timeout_before, true);
  perform pg_catalog.set_config('row_security', row_security_before, true);
end`,
  )}`
}
