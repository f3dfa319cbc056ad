import { COLUMN_BINDINGS, COVERED_BY_PARENT, tablesDrawingFrom } from '../catalog/bindings'
import { indented, unqualified } from './plpgsql'

/**
 * plpgsql that finds out about the sequence of column `key` of table `target`, with PostgreSQL's own names alone in the search path. It fills the record
 * `feed`: the sequence and its definition, what this role may do with it, and the query that reads the highest value (the lowest, descending)
 * of all columns that draw from it. It takes the variables `tables` (of oids, which holds the target), `others` and `place`, and raises 55000
 * where there is no sequence, or none to compare with.
 */
export const READ_FEED = `-- The sequence that the column draws from; then again with all the tables that draw from it too.
loop
  with fed as materialized (
    select c.oid::regclass as relation, a.attname, drawn.sequence, how.plain,
           how.base in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) as whole,
           -trunc(2::numeric ^ (8 * a.attlen - 1)) as lowest, trunc(2::numeric ^ (8 * a.attlen - 1)) - 1 as highest,
           case c.relkind when 'p' then '' else 'only ' end as rows_of,
           c.relkind in ('r', 'p') and c.relpersistence <> 't' and not (${indented(unqualified(COVERED_BY_PARENT), 13)}) as counts
      from ${indented(unqualified(COLUMN_BINDINGS), 6)}
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
   ${indented(unqualified(tablesDrawingFrom('array[feed.sequence::oid]')), 1)}
   except select unnest(tables));
  exit when others = '{}';
  tables := tables || others;
end loop;
if not feed.comparable then
  raise exception '% does not take the value of sequence % as it is, so the two cannot be compared. Nothing was changed.',
    place, feed.sequence using errcode = '55000';
end if;`

/** The same for a sequence, `target`, whose columns are of no account: it fills `feed`, and raises 55000 where there is none. */
export const READ_SEQUENCE = `select s.seqrelid::regclass as sequence, s.seqincrement::numeric as step, s.seqcache as cache, s.seqcycle as cycles,
       s.seqmin, s.seqmax, s.seqmin::numeric as lowest, s.seqmax::numeric as highest, '{}'::numeric[] as ends,
       pg_get_userbyid(k.relowner) as owner, pg_has_role(k.relowner, 'USAGE') as may_lock,
       has_sequence_privilege(s.seqrelid, 'UPDATE') as may_set
  into feed
  from pg_sequence s join pg_class k on k.oid = s.seqrelid
 where s.seqrelid = target;
if feed.sequence is null then
  raise exception '% is no sequence. Nothing was changed.', place using errcode = '55000';
end if;`
