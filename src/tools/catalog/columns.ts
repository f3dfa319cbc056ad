import type { Session } from '../db/session'
import { sequenceOfColumn } from './sequence-of-column'
import { isPermanentTable, isUserSchema } from './user-tables'

/** How a column gets its values; `default` is a sequence that the column does not own. */
export type Binding = 'serial' | 'identity always' | 'identity by default' | 'default'

/** The sequence behind a column, as it was defined. */
export interface Sequence {
  readonly schema: string
  readonly name: string
  /** The role that may lock it. */
  readonly owner: string
  readonly increment: bigint
  readonly minValue: bigint
  readonly maxValue: bigint
  readonly cache: bigint
  readonly cycle: boolean
}

/** What the current role may do with the column and its sequence. */
export interface Rights {
  readonly readColumn: boolean
  readonly readSequence: boolean
  /** nextval: USAGE or UPDATE. */
  readonly drawSequence: boolean
  readonly ownSequence: boolean
  /** The schemas that may not be entered, of the table and of the sequence: without USAGE, no other right helps. */
  readonly closedSchemas: readonly string[]
  /** Row security would hide rows from it, or turn reading them into an error. */
  readonly rowsHidden: boolean
}

/** A column that a sequence feeds. */
export interface SequenceColumn {
  readonly schema: string
  readonly table: string
  readonly column: string
  /** The type's name in pg_type: `int4`, `int8`, … */
  readonly type: string
  readonly binding: Binding
  /** Whether its rows are in partitions. An inheritance parent's children are columns of their own. */
  readonly partitioned: boolean
  /** The default, where it does more than give the sequence's value as it is; else null. */
  readonly computedDefault: string | null
  /** Null where the default calls nextval in a way the catalog does not resolve. */
  readonly sequence: Sequence | null
  readonly rights: Rights
}

/** A column whose sequence the catalog names. */
export type ResolvedColumn = SequenceColumn & { readonly sequence: Sequence }

/** Which columns to read. All that is given must hold. */
export interface ColumnFilter {
  readonly schemas?: readonly string[] | undefined
  /** Tables, by their oids. */
  readonly tables?: readonly string[] | undefined
}

/**
 * A default as PostgreSQL stores it, read as text: `pg_get_expr` would lock the table (since 18), and wait for whoever holds it.
 * The oids are those of nextval(regclass), int4(int8) and int2(int8), fixed in pg_proc.dat.
 */
const CALLS_NEXTVAL = ':funcid 1574 '
const PLAIN_NEXTVAL =
  '^([{]FUNCEXPR :funcid (480|714) [^{]*)?[{]FUNCEXPR :funcid 1574 [^{]*[{]CONST '

/**
 * Extensions' own tables have no sequence of ours to keep.
 * A partition's identity is its root's (PostgreSQL 17: pg_depend names the root's column only), so it is read there.
 */
const COLUMNS = `
  select n.nspname as schema, c.relname as "table", a.attname as "column", t.typname as type,
         a.attidentity as identity,
         c.relkind = 'p' as partitioned,
         case when d.adbin::text !~ '${PLAIN_NEXTVAL}' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end as "computedDefault",
         sn.nspname as "sequenceSchema", sc.relname as "sequenceName", pg_catalog.pg_get_userbyid(sc.relowner) as "sequenceOwner",
         exists (select from pg_catalog.pg_depend o
                  where o.classid = 'pg_catalog.pg_class'::regclass and o.objid = s.seqrelid and o.deptype = 'a'
                    and o.refobjid = c.oid and o.refobjsubid = a.attnum) as owned,
         s.seqincrement::text as increment, s.seqmin::text as "minValue", s.seqmax::text as "maxValue",
         s.seqcache::text as cache, s.seqcycle as cycle,
         pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') as "readColumn",
         pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT') as "readSequence",
         pg_catalog.has_sequence_privilege(s.seqrelid, 'USAGE, UPDATE') as "drawSequence",
         pg_catalog.pg_has_role(sc.relowner, 'USAGE') as "ownSequence",
         array(select distinct closed.nspname::text from pg_catalog.pg_namespace closed
                where closed.oid in (n.oid, sn.oid) and not pg_catalog.has_schema_privilege(closed.oid, 'USAGE')) as "closedSchemas",
         pg_catalog.row_security_active(c.oid) as "rowsHidden"
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum and a.attgenerated = ''
    left join pg_catalog.pg_sequence s
      on s.seqrelid = ${sequenceOfColumn({ relation: 'c.oid', attribute: 'a.attnum', default: 'd.oid' })}
    left join pg_catalog.pg_class sc on sc.oid = s.seqrelid
    left join pg_catalog.pg_namespace sn on sn.oid = sc.relnamespace
   where ${isPermanentTable('c')} and ${isUserSchema('n.nspname')}
     and (d.adbin::text like '%${CALLS_NEXTVAL}%' or (a.attidentity <> '' and s.seqrelid is not null))
     and ($1::text[] is null or n.nspname = any ($1))
     and ($2::oid[] is null or c.oid = any ($2))
     and not exists (select from pg_catalog.pg_depend e
                      where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
   order by n.nspname, c.relname, a.attnum`

interface ColumnRow extends Rights {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly type: string
  readonly identity: '' | 'a' | 'd'
  readonly partitioned: boolean
  readonly computedDefault: string | null
  readonly sequenceSchema: string | null
  readonly sequenceName: string | null
  readonly sequenceOwner: string
  readonly owned: boolean
  readonly increment: string
  readonly minValue: string
  readonly maxValue: string
  readonly cache: string
  readonly cycle: boolean
}

/** Reads every column that a sequence feeds, in the order of schema, table and column. */
export async function readSequenceColumns(
  session: Session,
  filter: ColumnFilter = {},
): Promise<SequenceColumn[]> {
  const rows = await session.query<ColumnRow>(COLUMNS, [
    filter.schemas ?? null,
    filter.tables ?? null,
  ])
  return rows.map(toSequenceColumn)
}

function toSequenceColumn(row: ColumnRow): SequenceColumn {
  const { schema, table, column, type, partitioned, computedDefault } = row
  const { readColumn, readSequence, drawSequence, ownSequence, closedSchemas, rowsHidden } = row
  return {
    schema,
    table,
    column,
    type,
    binding: bindingOf(row),
    partitioned,
    computedDefault,
    sequence: sequenceOf(row),
    rights: { readColumn, readSequence, drawSequence, ownSequence, closedSchemas, rowsHidden },
  }
}

function bindingOf(row: ColumnRow): Binding {
  if (row.identity === 'a') return 'identity always'
  if (row.identity === 'd') return 'identity by default'
  return row.owned ? 'serial' : 'default'
}

function sequenceOf(row: ColumnRow): Sequence | null {
  if (row.sequenceSchema === null || row.sequenceName === null) return null
  return {
    schema: row.sequenceSchema,
    name: row.sequenceName,
    owner: row.sequenceOwner,
    increment: BigInt(row.increment),
    minValue: BigInt(row.minValue),
    maxValue: BigInt(row.maxValue),
    cache: BigInt(row.cache),
    cycle: row.cycle,
  }
}
