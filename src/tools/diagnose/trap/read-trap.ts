import { quoteIdentifier, quoteQualified } from '../../db/quoting'
import type { Session } from '../../db/session'
import { groupedBy } from '../../grouped-by'
import type { ColumnKey } from '../../history/point'
import { columnName, tableArgument } from '../../sequences/names'
import type { Cause, CauseKind, Evidence } from '../cause'
import { TRAP_TABLE } from './names'

/** A cause, and the column whose sequence drifts by it. */
export interface ColumnCause<Column> {
  readonly column: Column
  readonly cause: Cause
}

/** Which schemas hold records, and what this role lacks to read them. */
const LOGS = `
  select n.nspname as schema, current_user::text as role, pg_catalog.has_schema_privilege(n.oid, 'USAGE') as enters,
         pg_catalog.has_table_privilege(c.oid, 'SELECT') as reads
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relname = $1 and n.nspname = any ($2) and c.relkind = 'r'
   order by n.nspname`

interface Log {
  readonly schema: string
  readonly role: string
  readonly enters: boolean
  readonly reads: boolean
}

/** As text: an application may have pg read timestamps in a way of its own. */
const moment = (extreme: 'min' | 'max') =>
  `pg_catalog.to_char(pg_catalog.${extreme}(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const records = (schema: string) => `
  select "table", "column", application_name as application, coalesce(set_role, session_role) as role, backend, query,
         pg_catalog.count(*)::text as statements, pg_catalog.sum(ids)::text as ids, pg_catalog.min(lowest)::text as lowest,
         pg_catalog.max(highest)::text as highest, ${moment('min')} as first, ${moment('max')} as last
    from ${quoteQualified(schema, TRAP_TABLE)}
   group by 1, 2, 3, 4, 5, 6
   order by pg_catalog.max(at) desc, 6, 3, 4`

interface Caught {
  readonly table: string
  readonly column: string
  readonly application: string | null
  readonly role: string | null
  readonly backend: string | null
  readonly query: string | null
  readonly statements: string
  readonly ids: string
  readonly lowest: string
  readonly highest: string
  readonly first: string
  readonly last: string
}

/** How many sources of ids are shown for a column and kind. */
const MOST_SOURCES = 10

/** What the traps caught. */
export interface TrapFindings<Column> {
  readonly found: readonly ColumnCause<Column>[]
  /** What could not be read, and what would make it possible. */
  readonly notes: readonly string[]
}

/** Reads what the traps caught: who inserted ids that the sequences had not given. Nothing where no trap is set. */
export async function readTrap<Column extends ColumnKey>(
  session: Session,
  columns: readonly Column[],
): Promise<TrapFindings<Column>> {
  const schemas = [...new Set(columns.map(({ schema }) => schema))]
  const logs = await session.query<Log>(LOGS, [TRAP_TABLE, schemas])
  const caught = new Map<string, Caught[]>()
  for (const { schema } of logs.filter(({ enters, reads }) => enters && reads)) {
    for (const record of await session.query<Caught>(records(schema))) {
      const key = columnName({ schema, ...record })
      caught.set(key, [...(caught.get(key) ?? []), record])
    }
  }
  const found = columns.flatMap((column) =>
    [...groupedBy(caught.get(columnName(column)) ?? [], kindOf)].map(([kind, group]) => ({
      column,
      cause: causeOf(column, kind, group),
    })),
  )
  return { found, notes: logs.flatMap(unreadable) }
}

function unreadable({ schema, role, enters, reads }: Log): string[] {
  if (enters && reads) return []
  const grantee = quoteIdentifier(role)
  const log = quoteQualified(schema, TRAP_TABLE)
  const grants = [
    ...(enters ? [] : [`GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${grantee}`]),
    ...(reads ? [] : [`GRANT SELECT ON ${log} TO ${grantee}`]),
  ]
  const lacks = enters ? 'SELECT' : 'USAGE on its schema'
  return [`Cannot read ${log}: role ${grantee} lacks ${lacks}. Run: ${grants.join('; ')}`]
}

function kindOf({ backend, query }: Caught): CauseKind {
  if (backend?.startsWith('logical replication')) return 'subscription'
  if (/^[\s?]*copy\b/i.test(query ?? '')) return 'copy'
  return /\boverriding\s+system\b/i.test(query ?? '') ? 'overriding' : 'explicit-ids'
}

const HOW: Readonly<Partial<Record<CauseKind, string>>> = {
  subscription: 'A subscription brought rows',
  copy: 'COPY brought rows',
  overriding: 'OVERRIDING SYSTEM VALUE brought rows',
}

function causeOf(column: ColumnKey, kind: CauseKind, group: readonly Caught[]): Cause {
  const ids = group.reduce((sum, record) => sum + BigInt(record.ids), 0n)
  return {
    kind,
    summary: `${HOW[kind] ?? 'Inserts brought rows'} into ${columnName(column)} with ${counted(String(ids), 'id')} that the sequence had not given.`,
    confidence: 'proven',
    evidence: group.slice(0, MOST_SOURCES).map(evidenceOf),
    remedy: `Leave the id out there, or resync after it. Run: typeorm-resync apply --table ${tableArgument(column)}`,
  }
}

function evidenceOf(record: Caught): Evidence {
  const application = record.application ? `application "${record.application}", ` : ''
  const query = record.query ? `: ${record.query.replaceAll(/\s+/g, ' ').trim()}` : ''
  return {
    source: 'trap',
    text: `${application}role "${String(record.role)}", ${counted(record.statements, 'statement')} with ${counted(record.ids, 'id')} (${record.lowest} to ${record.highest}), ${record.first} to ${record.last}${query}`,
  }
}

function counted(number: string, one: string): string {
  return `${number} ${number === '1' ? one : `${one}s`}`
}
