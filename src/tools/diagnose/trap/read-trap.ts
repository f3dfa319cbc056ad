import { quoteQualified } from '../../db/quoting'
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

/** Which schemas hold records that this role may read. */
const READABLE = `
  select n.nspname as schema
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relname = $1 and n.nspname = any ($2) and c.relkind = 'r'
     and pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT')
   order by n.nspname`

const records = (schema: string) => `
  select "table", "column", application_name as application, coalesce(set_role, session_role) as role, backend, query,
         pg_catalog.count(*)::text as statements, pg_catalog.sum(ids)::text as ids, pg_catalog.min(lowest)::text as lowest,
         pg_catalog.max(highest)::text as highest, pg_catalog.min(at) as first, pg_catalog.max(at) as last
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
  readonly first: Date
  readonly last: Date
}

/** How many sources of ids are shown for a column and kind. */
const MOST_SOURCES = 10

/** Reads what the traps caught: who inserted ids that the sequences had not given. Nothing where no trap is set, or its table may not be read. */
export async function readTrap<Column extends ColumnKey>(
  session: Session,
  columns: readonly Column[],
): Promise<ColumnCause<Column>[]> {
  const schemas = await session.query<{ schema: string }>(READABLE, [
    TRAP_TABLE,
    [...new Set(columns.map(({ schema }) => schema))],
  ])
  const found = new Map<string, Caught[]>()
  for (const { schema } of schemas) {
    for (const record of await session.query<Caught>(records(schema))) {
      const key = columnName({ schema, ...record })
      found.set(key, [...(found.get(key) ?? []), record])
    }
  }
  return columns.flatMap((column) =>
    [...groupedBy(found.get(columnName(column)) ?? [], kindOf)].map(([kind, group]) => ({
      column,
      cause: causeOf(column, kind as CauseKind, group),
    })),
  )
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
    summary: `${HOW[kind] ?? 'Inserts brought rows'} into ${columnName(column)} with ${String(ids)} ids that the sequence had not given.`,
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
    text: `${application}role "${String(record.role)}", ${record.statements} statements with ${record.ids} ids (${record.lowest} to ${record.highest}), ${record.first.toISOString()} to ${record.last.toISOString()}${query}`,
  }
}
