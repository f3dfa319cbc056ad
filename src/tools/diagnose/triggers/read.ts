import type { Session } from '../../db/session'

/** A trigger or a rule that may give a key. */
export interface RowWriter {
  readonly schema: string
  readonly table: string
  readonly name: string
  /** The relation it stands on, quoted as PostgreSQL would: of a trigger the table, of a rule any. */
  readonly on: string
  /** Of a trigger: `schema.function`, quoted as PostgreSQL would. */
  readonly function: string | null
  /** The function's body, or the rule as SQL: users' text, which is read and never shown. */
  readonly body: string
}

/** Of an inheritance of triggers by partitions the clones are left out; bits 1 (row), 2 (before) and 4 (insert) of tgtype. */
const TRIGGERS = `
  select n.nspname as schema, c.relname as "table", t.tgname as name, pg_catalog.format('%I.%I', n.nspname, c.relname) as on,
         pg_catalog.format('%I.%I', fn.nspname, f.proname) as function, f.prosrc as body
    from rows from (pg_catalog.unnest($1::name[]), pg_catalog.unnest($2::name[])) wanted(schema, name)
    join pg_catalog.pg_namespace n on n.nspname = wanted.schema
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = wanted.name
    join pg_catalog.pg_trigger t on t.tgrelid = c.oid
    join pg_catalog.pg_proc f on f.oid = t.tgfoid
    join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    join pg_catalog.pg_language l on l.oid = f.prolang and l.lanname = 'plpgsql'
   where not t.tgisinternal and t.tgenabled <> 'D' and t.tgtype::integer & 7 = 7
   order by t.tgname`

/** A rule depends on the tables that it writes. */
const RULES = `
  select n.nspname as schema, c.relname as "table", r.rulename as name,
         pg_catalog.format('%I.%I', en.nspname, e.relname) as on, null as function, pg_catalog.pg_get_ruledef(r.oid) as body
    from rows from (pg_catalog.unnest($1::name[]), pg_catalog.unnest($2::name[])) wanted(schema, name)
    join pg_catalog.pg_namespace n on n.nspname = wanted.schema
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = wanted.name
    join pg_catalog.pg_rewrite r on r.ev_type <> '1' and r.ev_enabled <> 'D'
     and exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
                    and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid)
    join pg_catalog.pg_class e on e.oid = r.ev_class
    join pg_catalog.pg_namespace en on en.oid = e.relnamespace
   order by r.rulename, en.nspname, e.relname`

/** Reads the triggers that run before a row is inserted into one of the tables, and the rules that write into one. */
export async function readRowWriters(
  session: Session,
  tables: readonly { readonly schema: string; readonly table: string }[],
): Promise<{ readonly triggers: RowWriter[]; readonly rules: RowWriter[] }> {
  const unique = [
    ...new Map(tables.map((one) => [JSON.stringify([one.schema, one.table]), one])).values(),
  ]
  const names = [unique.map(({ schema }) => schema), unique.map(({ table }) => table)]
  return {
    triggers: await session.query<RowWriter>(TRIGGERS, names),
    rules: await session.query<RowWriter>(RULES, names),
  }
}
