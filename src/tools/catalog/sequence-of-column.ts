/**
 * SQL for the sequence that a column draws from, as a subquery that returns `sequence` (oid) and at most one row:
 * the one that its default calls, else its identity's. Not the one that it owns: `pg_get_serial_sequence` reports ownership,
 * which a default need not follow.
 *
 * @param relation - SQL of the table's oid
 * @param attribute - SQL of the column's attnum
 */
export function sequenceOfColumn(relation: string, attribute: string): string {
  return `
    select used.sequence
      from (
        select use.refobjid as sequence, 1 as preference
          from pg_catalog.pg_attrdef def
          join pg_catalog.pg_depend use on use.classid = 'pg_catalog.pg_attrdef'::regclass and use.objid = def.oid
                                       and use.refclassid = 'pg_catalog.pg_class'::regclass
         where def.adrelid = ${relation} and def.adnum = ${attribute}
        union all
        select identity.objid, 2
          from pg_catalog.pg_depend identity
         where identity.refclassid = 'pg_catalog.pg_class'::regclass and identity.refobjid = ${relation}
           and identity.refobjsubid = ${attribute} and identity.classid = 'pg_catalog.pg_class'::regclass
           and identity.deptype = 'i'
      ) used
      join pg_catalog.pg_sequence sequence on sequence.seqrelid = used.sequence
     order by used.preference
     limit 1`
}
