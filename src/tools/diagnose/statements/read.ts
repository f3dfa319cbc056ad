import { quoteIdentifier, quoteQualified } from '../../db/quoting'
import type { Session } from '../../db/session'
import type { Server } from '../../catalog/server'

/** A statement that the server counted; constants of INSERT and the like are parameters there, those of COPY and ALTER are not. */
export interface Statement {
  readonly query: string
  readonly role: string
  readonly calls: string
  readonly rows: string
}

/** What the server counted, or why that cannot be seen. */
export interface Statements {
  readonly statements: readonly Statement[]
  readonly notes: readonly string[]
}

const EXTENSION = `
  select n.nspname as schema, pg_catalog.current_setting('pg_stat_statements.max', true) is not null as loaded,
         n.oid is null or pg_catalog.has_schema_privilege(n.oid, 'USAGE') as open
    from (select) one
    left join pg_catalog.pg_extension e on e.extname = 'pg_stat_statements'
    left join pg_catalog.pg_namespace n on n.oid = e.extnamespace`

/** A statement's text can be megabytes; its table and columns stand at its beginning. */
const statementsSql = (schema: string) => `
  select pg_catalog.left(s.query, 20000) as query, coalesce(r.rolname, s.userid::text) as role,
         pg_catalog.sum(s.calls)::text as calls, pg_catalog.sum(s.rows)::text as rows
    from ${quoteQualified(schema, 'pg_stat_statements')} s
    left join pg_catalog.pg_roles r on r.oid = s.userid
   where s.dbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
     and s.query ~* '(insert|copy|merge|setval|restart|insufficient privilege)'
   group by 1, 2
   order by pg_catalog.sum(s.calls) desc, 1`

/** What pg_stat_statements shows instead of a text. */
const HIDDEN = '<insufficient privilege>'

/** Reads which statements ran in this database. */
export async function readStatements(
  session: Session,
  { database, role }: Server,
): Promise<Statements> {
  const [extension] = await session.query<{
    readonly schema: string | null
    readonly loaded: boolean
    readonly open: boolean
  }>(EXTENSION)
  const schema = extension?.schema ?? null
  const load = extension?.loaded
    ? ''
    : "Set shared_preload_libraries = 'pg_stat_statements' and restart the server. "
  if (schema === null) {
    return unseen(
      `Cannot see which statements ran: pg_stat_statements is not installed in database ${quoteIdentifier(database)}. ${load}Run: CREATE EXTENSION pg_stat_statements`,
    )
  }
  if (!extension?.loaded) {
    return unseen(
      `Cannot see which statements ran: the server has not loaded pg_stat_statements. Set shared_preload_libraries = 'pg_stat_statements' and restart the server.`,
    )
  }
  if (!extension.open) {
    return unseen(
      `Cannot see which statements ran: role ${quoteIdentifier(role)} lacks USAGE on schema ${quoteIdentifier(schema)}. Run: GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${quoteIdentifier(role)}`,
    )
  }
  const rows = await session.query<Statement>(statementsSql(schema))
  const statements = rows.filter(({ query }) => query !== HIDDEN)
  if (statements.length === rows.length) return { statements, notes: [] }
  return {
    statements,
    notes: [
      `Cannot see which statements other roles ran: role ${quoteIdentifier(role)} lacks the rights of pg_read_all_stats. Run: GRANT pg_read_all_stats TO ${quoteIdentifier(role)}`,
    ],
  }
}

function unseen(note: string): Statements {
  return { statements: [], notes: [note] }
}
