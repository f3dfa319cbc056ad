import { isPermanentTable, isUserSchema } from '../../catalog/user-tables'
import type { Session } from '../../db/session'

/** A sequence that belongs to a table with rows, or with room for them. */
export interface Standing {
  readonly oid: string
  readonly start: string
  /** Whether it never gave a value, or was put back to where it begins. */
  readonly atStart: boolean
}

/** From the catalog alone: a table with pages holds rows, or held some. pg_sequence_last_value raises an error without a right, and for an unlogged one on a standby. */
const STANDINGS = `
  select s.seqrelid::text as oid, s.seqstart::text as start,
         case when pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT, USAGE')
               and not (pg_catalog.pg_is_in_recovery() and sc.relpersistence = 'u')
              then pg_catalog.pg_sequence_last_value(s.seqrelid) is null else false end as "atStart"
    from pg_catalog.pg_sequence s
    join pg_catalog.pg_class sc on sc.oid = s.seqrelid
    join pg_catalog.pg_depend own on own.classid = 'pg_catalog.pg_class'::regclass and own.objid = s.seqrelid
     and own.refclassid = 'pg_catalog.pg_class'::regclass and own.refobjsubid > 0 and own.deptype in ('a', 'i')
    join pg_catalog.pg_class c on c.oid = own.refobjid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral (select pg_catalog.sum(pg_catalog.pg_relation_size(part)) as size
      from (select c.oid::regclass as part where c.relkind = 'r'
            union all select relid from pg_catalog.pg_partition_tree(c.oid) where c.relkind = 'p' and isleaf) parts) room
   where ${isPermanentTable('c')} and ${isUserSchema('n.nspname')} and room.size > 0`

/** Each promotion, and each recovery to a moment, begins a timeline; a standby does not tell its own so. */
const TIMELINE = `
  select case when pg_catalog.pg_is_in_recovery() then 1
         else ('x' || pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8))::bit(32)::integer end as timeline`

/** Reads where the sequences of all tables with rows stand. */
export async function readStandings(session: Session): Promise<Standing[]> {
  return session.query<Standing>(STANDINGS)
}

/** Returns the server's timeline; 1 for one that was never promoted. */
export async function readOrigin(session: Session): Promise<number> {
  const [row] = await session.query<{ timeline: number }>(TIMELINE)
  return row?.timeline ?? 1
}
