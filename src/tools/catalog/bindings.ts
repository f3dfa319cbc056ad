/** A default that gives the sequence's value as it is, perhaps cast to the column's type; as pg_get_expr writes it. */
const PLAIN_NEXTVAL = `'^[(]?nextval[(](''([^'']|'''')+''::regclass|[(]''([^'']|'''')+''::text[)]::regclass)[)][)]?(::(bigint|integer|smallint))?$'`

/** The name in `nextval('name'::text)`: that is looked up at each insert, so the catalog records no dependency on the sequence. */
const NAMED_IN_TEXT = `'^[(]?nextval[(][(]''(([^'']|'''')+)''::text[)]::regclass[)]'`

/**
 * SQL of a `from` clause: every column that is not computed, and how it gets its values. `c` is its table (pg_class), `a` the column
 * (pg_attribute), `t` its type, `d` its default (pg_attrdef); and
 *
 * - `how.base` the oid of the type under all domains,
 * - `how.expression` the default, the column's own or else its domain's (given no relation, because pg_get_expr would lock it, since 18),
 * - `how.plain` whether that gives the sequence's value as it is,
 * - `drawn.sequence` the oid of the sequence that it draws from: its default's or its identity's; where it has neither, the one it owns.
 *   Null where there is none, or it cannot be told. What `pg_get_serial_sequence` reports is ownership, which a default need not follow.
 *
 * Look-ups by index for each column, and not joins: on a database that was just restored, and has no statistics yet, the planner
 * chose plans for a join that took 12 s for 5,000 columns; look-ups took 0.3 s. `offset 0` keeps each from being made twice.
 */
export const COLUMN_BINDINGS = `pg_catalog.pg_class c
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  cross join lateral (
    select pg_catalog.pg_get_expr(coalesce(d.adbin, t.typdefaultbin), 0) as text offset 0) expr
  cross join lateral (
    select expr.text as expression,
           expr.text is null or expr.text ~ ${PLAIN_NEXTVAL} as plain,
           case when expr.text like '%::text)::regclass%' then
             pg_catalog.replace(substring(expr.text from ${NAMED_IN_TEXT}), '''''', '''') end as named,
           case t.typtype when 'd' then (
             with recursive domains as (
               select t.oid, t.typbasetype
               union all
               select b.oid, b.typbasetype from domains join pg_catalog.pg_type b on b.oid = domains.typbasetype)
             select oid from domains where typbasetype = 0) else t.oid end as base
    offset 0) how
  cross join lateral (
    select coalesce(
      case when how.expression is not null then (
        select pg_catalog.min(s.seqrelid) from pg_catalog.pg_depend used join pg_catalog.pg_sequence s on s.seqrelid = used.refobjid
         where used.classid = case when d.oid is null then 'pg_catalog.pg_type'::regclass else 'pg_catalog.pg_attrdef'::regclass end
           and used.objid = coalesce(d.oid, t.oid) and used.refclassid = 'pg_catalog.pg_class'::regclass) end,
      case when how.named is not null then (
        select pg_catalog.min(s.oid) from pg_catalog.pg_class s
         where s.relkind = 'S'
           and case when how.named like '%"%' then how.named else pg_catalog.lower(how.named) end
               in (pg_catalog.quote_ident(s.relname), s.relnamespace::regnamespace || '.' || pg_catalog.quote_ident(s.relname))
        having pg_catalog.count(*) = 1) end,
      case when how.expression is null then (
        select pg_catalog.min(s.seqrelid) from pg_catalog.pg_depend own join pg_catalog.pg_sequence s on s.seqrelid = own.objid
         where own.refclassid = 'pg_catalog.pg_class'::regclass and own.refobjid = c.oid and own.refobjsubid = a.attnum
           and own.classid = 'pg_catalog.pg_class'::regclass and own.deptype = case a.attidentity when '' then 'a' else 'i' end
        having pg_catalog.count(*) = 1) end) as sequence
    offset 0) drawn`

/**
 * Returns SQL for the oids of the tables with a column that draws from one of `sequences` (an array of oids), as the catalog records it:
 * through a default, an identity or a domain's default.
 */
export function tablesDrawingFrom(sequences: string): string {
  return `select d.adrelid from pg_catalog.pg_depend used join pg_catalog.pg_attrdef d on d.oid = used.objid
      where used.classid = 'pg_catalog.pg_attrdef'::regclass
        and used.refclassid = 'pg_catalog.pg_class'::regclass and used.refobjid = any (${sequences})
     union
     select part.refobjid from pg_catalog.pg_depend part
      where part.classid = 'pg_catalog.pg_class'::regclass and part.objid = any (${sequences}) and part.deptype = 'i'
     union
     select a.attrelid from pg_catalog.pg_depend used join pg_catalog.pg_attribute a on a.atttypid = used.objid
      where used.classid = 'pg_catalog.pg_type'::regclass
        and used.refclassid = 'pg_catalog.pg_class'::regclass and used.refobjid = any (${sequences})`
}

/**
 * SQL that holds for a column of a partition that draws from its parent's sequence: the parent's highest value is over all partitions.
 * For the tables of {@link COLUMN_BINDINGS}.
 */
export const COVERED_BY_PARENT = `c.relispartition and (a.attidentity <> '' or exists (
      select from pg_catalog.pg_inherits i
        join pg_catalog.pg_attribute pa on pa.attrelid = i.inhparent and pa.attname = a.attname
        join pg_catalog.pg_attrdef pd on pd.adrelid = pa.attrelid and pd.adnum = pa.attnum
        join pg_catalog.pg_depend used on used.classid = 'pg_catalog.pg_attrdef'::regclass and used.objid = pd.oid
       where i.inhrelid = c.oid and used.refclassid = 'pg_catalog.pg_class'::regclass and used.refobjid = drawn.sequence))`
