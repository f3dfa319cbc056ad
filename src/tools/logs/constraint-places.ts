import { readSequenceColumns } from '../catalog/columns'
import { isUserSchema } from '../catalog/user-tables'
import { readKeyColumns, readPartitionRoot } from '../catalog/unique-key'
import { quoteQualified } from '../db/quoting'
import { withSession, type Session, type Target } from '../db/session'
import { quoted } from '../db/sqlstate'
import { inTransaction, type Timeouts } from '../db/transaction'
import { CatalogError, ResyncError } from '../errors'

/** What a constraint keeps unique: a key that a sequence feeds, something else, or it is not known. */
export type KeyKind = 'generated key' | 'other unique' | 'unknown'

/** Where a constraint is. */
export interface ConstraintPlace {
  /** `"schema"."table"`; null where no database was asked, or it knows none, or several. */
  readonly table: string | null
  readonly kind: KeyKind
  /** All tables with a constraint of this name: a log does not say of which schema it is. */
  readonly tables: readonly string[]
}

const UNKNOWN: ConstraintPlace = { table: null, kind: 'unknown', tables: [] }

const TABLES = `
  select i.relname as constraint, n.nspname as schema, c.relname as "table", c.oid::text as oid
    from pg_catalog.pg_class i
    join pg_catalog.pg_index x on x.indexrelid = i.oid and x.indisunique
    join pg_catalog.pg_class c on c.oid = x.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where i.relname = any ($1::name[]) and ${isUserSchema('n.nspname')}
   order by n.nspname, c.relname`

interface Found {
  readonly constraint: string
  readonly schema: string
  readonly table: string
  readonly oid: string
}

/**
 * Looks constraints up in the catalog of `target`, and returns what finds each; all are unknown where there is no target.
 *
 * @throws {CatalogError} when the catalog cannot be read.
 */
export async function readConstraints(
  constraints: readonly (string | null)[],
  { target, ...timeouts }: Timeouts & { readonly target?: Target | undefined },
): Promise<(constraint: string | null) => ConstraintPlace> {
  const names = constraints.filter((name) => name !== null)
  if (target === undefined) return () => UNKNOWN
  try {
    const places = await withSession(target, (session) =>
      inTransaction(session, 'read only', timeouts, () => readPlaces(session, names)),
    )
    return (constraint) => places.get(constraint ?? '') ?? UNKNOWN
  } catch (error) {
    if (error instanceof ResyncError) throw error
    throw new CatalogError(
      `Cannot read the database's catalog: ${quoted(error)}. Nothing was changed. Leave out --url and --data-source to count without it.`,
      { cause: error },
    )
  }
}

async function readPlaces(
  session: Session,
  names: readonly string[],
): Promise<Map<string, ConstraintPlace>> {
  // A name in a catalog is as long as a `name` can be; a longer one would be cut to match another's.
  const found = await session.query<Found>(TABLES, [
    names.filter((name) => Buffer.byteLength(name) < 64),
  ])
  const places = new Map<string, ConstraintPlace>()
  for (const name of new Set(found.map(({ constraint }) => constraint))) {
    const all = found.filter(({ constraint }) => constraint === name)
    const kinds = new Set<KeyKind>()
    for (const one of all) kinds.add(await kindOf(session, one))
    const tables = all.map(({ schema, table }) => quoteQualified(schema, table))
    const [kind = 'unknown'] = kinds.size === 1 ? kinds : []
    places.set(name, { table: tables.length === 1 ? (tables[0] ?? null) : null, kind, tables })
  }
  return places
}

/** A partition's key is its parent's, where the sequence is read. */
async function kindOf(session: Session, found: Found): Promise<KeyKind> {
  const key = await readKeyColumns(session, found)
  const root = await readPartitionRoot(session, found)
  const columns = await readSequenceColumns(session, { tables: [found.oid] })
  const inherited = root?.schema === undefined ? [] : await columnsOf(session, root)
  const fed = [...columns, ...inherited].filter(({ sequence }) => sequence !== null)
  return fed.some(({ column }) => key.includes(column)) ? 'generated key' : 'other unique'
}

async function columnsOf(
  session: Session,
  root: { readonly schema?: string | undefined; readonly table: string },
) {
  const { schema = '', table } = root
  const all = await readSequenceColumns(session, { schemas: [schema] })
  return all.filter((column) => column.table === table)
}
