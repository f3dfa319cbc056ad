import type { Server } from './server'

/** A server that speaks PostgreSQL's protocol and keeps sequences in its own way; `unknown` for one that we cannot name. */
export type ForeignEngine =
  'CockroachDB' | 'YugabyteDB' | 'Redshift' | 'Greenplum' | 'Citus' | 'unknown'

/** How each names itself in version(); the strings that this was read from are in its test. */
const MARKS: readonly (readonly [RegExp, ForeignEngine])[] = [
  [/^CockroachDB /, 'CockroachDB'],
  [/-YB-/, 'YugabyteDB'],
  [/\bRedshift /, 'Redshift'],
  [/\(Greenplum Database /, 'Greenplum'],
]

/**
 * What PostgreSQL's own builds say: `PostgreSQL 18.4 on x86_64-pc-linux-gnu, compiled by …`, on Windows without the platform, with a packager's words between. What is hosted by RDS, Aurora,
 * Neon or Supabase says the same, and is PostgreSQL here.
 */
const PLAIN = /^PostgreSQL \d+(\.\d+|beta\d+|rc\d+|devel)( .*?)?( on |, compiled by )/

/**
 * Tells which other engine this is; null for PostgreSQL. Who does not say plainly that he is, is not taken for it. A Citus worker's values carry its group
 * above 48 bits: a coordinator's sequence that followed max(id) would leave its own range and meet theirs.
 */
export function foreignEngine({
  description,
  citus,
}: Pick<Server, 'description' | 'citus'>): ForeignEngine | null {
  const marked = MARKS.find(([mark]) => mark.test(description))
  if (marked) return marked[1]
  if (!PLAIN.test(description)) return 'unknown'
  return citus ? 'Citus' : null
}
