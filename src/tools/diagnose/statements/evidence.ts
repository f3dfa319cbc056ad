import { quoteIdentifier } from '../../db/quoting'
import type { Evidence } from '../cause'
import type { Statement } from './read'
import { redacted } from './redacted'

/** Returns a statement as evidence, without users' values. */
export function statementEvidence({ query, role, calls, rows }: Statement): Evidence {
  const counts = `${calls} ${calls === '1' ? 'call' : 'calls'}, ${rows} ${rows === '1' ? 'row' : 'rows'}`
  return {
    source: 'pg_stat_statements',
    text: `${counts}, role ${quoteIdentifier(role)}: ${redacted(query)}`,
  }
}
