import { quoteQualified } from '../db/quoting'
import type { Session } from '../db/session'
import type { Rights, Sequence } from './sequence-column'
import { isUserSchema } from './user-tables'

/** What the current role may do with a sequence itself. */
export type SequenceRights = Pick<
  Rights,
  'readSequence' | 'drawSequence' | 'setSequence' | 'ownSequence' | 'closedSchemas'
>

/** A sequence of the catalog, whether a column draws from it or not. */
export type CatalogSequence = Sequence & { readonly rights: SequenceRights }

/** Where a sequence stands, at one moment. */
export interface SequencePosition {
  readonly lastValue: bigint
  readonly isCalled: boolean
}

/** An extension's sequence is made and kept by the extension; another session's temporary one cannot be read. */
const SEQUENCES = `
  select s.seqrelid::text as oid, n.nspname as schema, c.relname as name, pg_catalog.pg_get_userbyid(c.relowner) as owner,
         exists (select from pg_catalog.pg_depend o
                  where o.classid = 'pg_catalog.pg_class'::regclass and o.objid = s.seqrelid and o.deptype in ('a', 'i')
                    and o.refobjsubid > 0) as owned,
         s.seqincrement::text as increment, s.seqmin::text as "minValue", s.seqmax::text as "maxValue",
         s.seqcache::text as cache, s.seqcycle as cycle,
         pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT') as "readSequence",
         pg_catalog.has_sequence_privilege(s.seqrelid, 'USAGE, UPDATE') as "drawSequence",
         pg_catalog.has_sequence_privilege(s.seqrelid, 'UPDATE') as "setSequence",
         pg_catalog.pg_has_role(c.relowner, 'USAGE') as "ownSequence",
         case when pg_catalog.has_schema_privilege(n.oid, 'USAGE') then '{}' else array[n.nspname::text] end as "closedSchemas"
    from pg_catalog.pg_sequence s
    join pg_catalog.pg_class c on c.oid = s.seqrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relpersistence <> 't' and ${isUserSchema('n.nspname')}
     and not exists (select from pg_catalog.pg_depend e
                      where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
   order by n.nspname, c.relname`

interface SequenceRow extends SequenceRights {
  readonly oid: string
  readonly schema: string
  readonly name: string
  readonly owner: string
  readonly owned: boolean
  readonly increment: string
  readonly minValue: string
  readonly maxValue: string
  readonly cache: string
  readonly cycle: boolean
}

/** Reads every permanent sequence, in the order of schema and name. */
export async function readSequences(session: Session): Promise<CatalogSequence[]> {
  const rows = await session.query<SequenceRow>(SEQUENCES)
  return rows.map((row) => {
    const { oid, schema, name, owner, owned, cycle } = row
    const { readSequence, drawSequence, setSequence, ownSequence, closedSchemas } = row
    return {
      oid,
      schema,
      name,
      owner,
      owned,
      increment: BigInt(row.increment),
      minValue: BigInt(row.minValue),
      maxValue: BigInt(row.maxValue),
      cache: BigInt(row.cache),
      cycle,
      rights: { readSequence, drawSequence, setSequence, ownSequence, closedSchemas },
    }
  })
}

/** Reads where several sequences stand, in one statement and their order, consuming no value; by the function, for the reason that `readStates` has. */
export async function readPositions(
  session: Session,
  sequences: readonly Pick<Sequence, 'schema' | 'name'>[],
): Promise<SequencePosition[]> {
  if (sequences.length === 0) return []
  const rows = await session.query<{ lastValue: string; isCalled: boolean }>(
    `${sequences.map(positionQuery).join('\nunion all\n')}\norder by position`,
  )
  return rows.map(({ lastValue, isCalled }) => ({ lastValue: BigInt(lastValue), isCalled }))
}

function positionQuery(
  { schema, name }: Pick<Sequence, 'schema' | 'name'>,
  position: number,
): string {
  return `select ${String(position)} as position,
  coalesce(called.last_value, s.last_value)::text as "lastValue", called.last_value is not null as "isCalled"
  from ${quoteQualified(schema, name)} s
  cross join lateral (select pg_catalog.pg_sequence_last_value(s.tableoid) as last_value) called`
}
