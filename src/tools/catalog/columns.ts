import type { Session } from '../db/session'
import { COLUMN_BINDINGS, COVERED_BY_PARENT, tablesDrawingFrom } from './bindings'
import {
  isResolved,
  type Binding,
  type Rights,
  type Sequence,
  type SequenceColumn,
  type SequenceName,
} from './sequence-column'
import { isPermanentTable, isUserSchema } from './user-tables'

/** A column of a table that is named by its oid. */
export interface TableColumn {
  readonly table: string
  readonly column: string
}

/** Which columns to read. All that is given must hold. */
export interface ColumnFilter {
  readonly schemas?: readonly string[] | undefined
  /** Tables, by their oids. Only where it is named is a partition read whose parent draws from the same sequence. */
  readonly tables?: readonly string[] | undefined
  /** Columns that should be fed: read also where they have no default at all. */
  readonly declared?: readonly TableColumn[] | undefined
}

/** nextval(regclass) in a default as PostgreSQL stores it; the oid is fixed in pg_proc.dat. */
const CALLS_NEXTVAL = `like '%:funcid 1574 %'`

/** An integer whose default is a user's function that draws from some sequence. */
const CALLS_A_GENERATOR = `t.oid in ('pg_catalog.int2'::regtype, 'pg_catalog.int4'::regtype, 'pg_catalog.int8'::regtype)
       and exists (select from pg_catalog.pg_depend calls join pg_catalog.pg_proc f on f.oid = calls.refobjid
                    where calls.classid = 'pg_catalog.pg_attrdef'::regclass and calls.objid = d.oid
                      and calls.refclassid = 'pg_catalog.pg_proc'::regclass
                      and (f.prosrc ~* 'nextval' or f.prosqlbody::text ${CALLS_NEXTVAL}))`

const OWNS_A_SEQUENCE = `(c.oid, a.attnum) in (
       select own.refobjid, own.refobjsubid from pg_catalog.pg_depend own join pg_catalog.pg_sequence s on s.seqrelid = own.objid
        where own.classid = 'pg_catalog.pg_class'::regclass and own.refclassid = 'pg_catalog.pg_class'::regclass and own.deptype = 'a')`

/**
 * Extensions' own tables have no sequence of ours to keep.
 * A partition's identity is its root's (PostgreSQL 17: pg_depend names the root's column only), so it is read there.
 * The order is not the schema's name itself: for that the planner goes through all tables once for each schema.
 * What makes a column of interest is asked of its own rows alone, so that the planner asks it before it looks anything up.
 */
const COLUMNS = `
  select n.nspname as schema, c.relname as "table", a.attname as "column",
         case when t.typtype = 'd' then (select b.typname from pg_catalog.pg_type b where b.oid = how.base) else t.typname end as type,
         a.attidentity as identity, d.oid is not null as "hasDefault", c.relkind = 'p' as partitioned, covered."byParent" as "coveredByParent",
         case when not how.plain then how.expression end as "computedDefault", how.expression is null as "noDefault",
         s.seqrelid::text as "sequenceOid", sn.nspname as "sequenceSchema", sc.relname as "sequenceName",
         pg_catalog.pg_get_userbyid(sc.relowner) as "sequenceOwner",
         s.seqrelid = any (own.sequences) or exists (
           select from pg_catalog.pg_depend o
            where o.classid = 'pg_catalog.pg_class'::regclass and o.objid = s.seqrelid and o.deptype in ('a', 'i') and o.refobjsubid > 0) as owned,
         case when own.sequences is distinct from array[s.seqrelid] then (
           select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('oid', oc.oid::text, 'schema', os.nspname, 'name', oc.relname) order by oc.oid), '[]')
             from pg_catalog.pg_class oc join pg_catalog.pg_namespace os on os.oid = oc.relnamespace
            where oc.oid = any (own.sequences)) end as "otherOwns",
         s.seqincrement::text as increment, s.seqmin::text as "minValue", s.seqmax::text as "maxValue",
         s.seqcache::text as cache, s.seqcycle as cycle,
         pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') as "readColumn",
         pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT') as "readSequence",
         pg_catalog.has_sequence_privilege(s.seqrelid, 'USAGE, UPDATE') as "drawSequence",
         pg_catalog.has_sequence_privilege(s.seqrelid, 'UPDATE') as "setSequence",
         pg_catalog.pg_has_role(sc.relowner, 'USAGE') as "ownSequence",
         array_remove(array[case when not pg_catalog.has_schema_privilege(n.oid, 'USAGE') then n.nspname::text end,
                            case when not pg_catalog.has_schema_privilege(sn.oid, 'USAGE') and sn.oid <> n.oid then sn.nspname::text end], null) as "closedSchemas",
         pg_catalog.row_security_active(c.oid) as "rowsHidden"
    from ${COLUMN_BINDINGS}
    cross join lateral (select ${COVERED_BY_PARENT} as "byParent") covered
    cross join lateral (
      select array(
        select o.objid from pg_catalog.pg_depend o join pg_catalog.pg_sequence os on os.seqrelid = o.objid
         where o.refclassid = 'pg_catalog.pg_class'::regclass and o.refobjid = c.oid and o.refobjsubid = a.attnum
           and o.classid = 'pg_catalog.pg_class'::regclass and o.deptype in ('a', 'i')) as sequences
      offset 0) own
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_sequence s on s.seqrelid = drawn.sequence
    left join pg_catalog.pg_class sc on sc.oid = s.seqrelid
    left join pg_catalog.pg_namespace sn on sn.oid = sc.relnamespace
   where ${isPermanentTable('c')} and ${isUserSchema('n.nspname')}
     and ($1::text[] is null or n.nspname = any ($1))
     and ($2::oid[] is null or c.oid = any ($2))
     and ($2::oid[] is not null or not covered."byParent")
     and (coalesce(d.adbin, t.typdefaultbin)::text ${CALLS_NEXTVAL}
       or a.attidentity <> ''
       or ${OWNS_A_SEQUENCE}
       or ${CALLS_A_GENERATOR}
       or (coalesce(d.adbin, t.typdefaultbin) is null
           and (c.oid, a.attname) in (select declared.* from rows from (pg_catalog.unnest($3::oid[]), pg_catalog.unnest($4::name[])) declared)))
     and (a.attidentity = '' or s.seqrelid is not null)
     and not exists (select from pg_catalog.pg_depend e
                      where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
   order by n.nspname::text collate "C", c.relname, a.attnum`

const TABLES_DRAWING = `select distinct oid::text from (${tablesDrawingFrom('$1::oid[]')}) drawing(oid)`

interface ColumnRow extends Rights {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly type: string
  readonly identity: '' | 'a' | 'd'
  readonly hasDefault: boolean
  readonly partitioned: boolean
  readonly coveredByParent: boolean
  readonly computedDefault: string | null
  readonly noDefault: boolean
  readonly sequenceOid: string | null
  readonly sequenceSchema: string
  readonly sequenceName: string
  readonly sequenceOwner: string
  readonly owned: boolean
  /** Null where it owns the sequence that it draws from, and no other: nearly always. */
  readonly otherOwns: readonly (SequenceName & { readonly oid: string })[] | null
  readonly increment: string
  readonly minValue: string
  readonly maxValue: string
  readonly cache: string
  readonly cycle: boolean
}

/** Reads every column that a sequence feeds or should feed, in the order of schema, table and column. */
export async function readSequenceColumns(
  session: Session,
  { schemas, tables, declared = [] }: ColumnFilter = {},
): Promise<SequenceColumn[]> {
  const rows = await session.query<ColumnRow>(COLUMNS, [
    schemas ?? null,
    tables ?? null,
    declared.map(({ table }) => table),
    declared.map(({ column }) => column),
  ])
  const once = new Once()
  return rows.map((row) => toSequenceColumn(row, once))
}

/** Tens of thousands of columns have few types, schemas, owners and ranges between them: each is kept once. */
class Once {
  private readonly texts = new Map<string, string>()
  private readonly numbers = new Map<string, bigint>()

  text(text: string): string {
    return kept(this.texts, text, text)
  }

  bigint(digits: string): bigint {
    return this.numbers.get(digits) ?? kept(this.numbers, digits, BigInt(digits))
  }
}

function kept<T>(all: Map<string, T>, key: string, value: T): T {
  const known = all.get(key)
  if (known !== undefined) return known
  all.set(key, value)
  return value
}

/** Reads the other columns, of all schemas, that draw from the sequences behind `columns`. */
export async function readCompanions(
  session: Session,
  columns: readonly SequenceColumn[],
): Promise<SequenceColumn[]> {
  const sequences = new Set(columns.filter(isResolved).map(({ sequence }) => sequence.oid))
  if (sequences.size === 0) return []
  const drawing = await session.query<{ oid: string }>(TABLES_DRAWING, [[...sequences]])
  const known = new Set(columns.map(place))
  const found = await readSequenceColumns(session, { tables: drawing.map(({ oid }) => oid) })
  return found.filter(
    (column) =>
      isResolved(column) &&
      sequences.has(column.sequence.oid) &&
      !column.coveredByParent &&
      !known.has(place(column)),
  )
}

function place({ schema, table, column }: SequenceColumn): string {
  return JSON.stringify([schema, table, column])
}

function toSequenceColumn(row: ColumnRow, once: Once): SequenceColumn {
  const { table, partitioned, coveredByParent, computedDefault } = row
  const { readColumn, readSequence, drawSequence, setSequence, ownSequence } = row
  const { closedSchemas, rowsHidden } = row
  const sequence = sequenceOf(row, once)
  const owns = row.otherOwns ?? (sequence ? [sequence] : [])
  return {
    schema: once.text(row.schema),
    table,
    column: once.text(row.column),
    type: once.text(row.type),
    binding: bindingOf(row, owns),
    partitioned,
    coveredByParent,
    computedDefault,
    sequence,
    owns: owns.map(({ schema, name }) => ({ schema, name })),
    rights: {
      readColumn,
      readSequence,
      drawSequence,
      setSequence,
      ownSequence,
      closedSchemas: closedSchemas.toSorted(),
      rowsHidden,
    },
  }
}

function bindingOf(
  { identity, hasDefault, noDefault, sequenceOid }: ColumnRow,
  owns: readonly { readonly oid: string }[],
): Binding {
  if (identity === 'a') return 'identity always'
  if (identity === 'd') return 'identity by default'
  if (noDefault) return 'none'
  return hasDefault && owns.some(({ oid }) => oid === sequenceOid) ? 'serial' : 'default'
}

function sequenceOf(row: ColumnRow, once: Once): Sequence | null {
  if (row.sequenceOid === null) return null
  return {
    oid: row.sequenceOid,
    schema: once.text(row.sequenceSchema),
    name: row.sequenceName,
    owner: once.text(row.sequenceOwner),
    owned: row.owned,
    increment: once.bigint(row.increment),
    minValue: once.bigint(row.minValue),
    maxValue: once.bigint(row.maxValue),
    cache: once.bigint(row.cache),
    cycle: row.cycle,
  }
}
