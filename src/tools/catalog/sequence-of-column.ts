/**
 * SQL for the sequence that a column draws from, as a subquery that returns `sequence` (oid) and at most one row:
 * the one that its default calls, or its identity's (a column cannot have both). Not the one that it owns: `pg_get_serial_sequence` reports ownership,
 * which a default need not follow.
 *
 * @param relation - SQL of the table's oid
 * @param attribute - SQL of the column's attnum
 */
export function sequenceOfColumn(relation: string, attribute: string): string {
  return `
    select s.seqrelid as sequence
      from pg_catalog.pg_attrdef def
      join pg_catalog.pg_depend uses on uses.classid = 'pg_catalog.pg_attrdef'::regclass and uses.objid = def.oid
      join pg_catalog.pg_sequence s on uses.refclassid = 'pg_catalog.pg_class'::regclass and s.seqrelid = uses.refobjid
     where def.adrelid = ${relation} and def.adnum = ${attribute}
    union all
    select part.objid
      from pg_catalog.pg_depend part
     where part.refclassid = 'pg_catalog.pg_class'::regclass and part.refobjid = ${relation} and part.refobjsubid = ${attribute}
       and part.classid = 'pg_catalog.pg_class'::regclass and part.deptype = 'i'
     limit 1`
}
