import { readInsertTriggers } from '../catalog/insert-triggers'
import type { ResolvedColumn } from '../catalog/sequence-column'
import { quoteIdentifier } from '../db/quoting'
import type { Session } from '../db/session'
import { findFaults } from '../sequences/faults'

/** Says why inserts may go on to collide although the column's sequence is repaired. */
export async function likelyCause(session: Session, column: ResolvedColumn): Promise<string> {
  const { schema, table, sequence } = column
  const triggers = await readInsertTriggers(session, schema, table)
  const causes = [
    ...findFaults(column, false).map(({ message }) => message),
    ...triggers.map((trigger) => `Trigger ${quoteIdentifier(trigger)} may set the key.`),
    ...(sequence.cache > 1n
      ? [
          `Sessions hold up to ${String(sequence.cache)} values of its sequence (CACHE), some from before. Reconnect them.`,
        ]
      : []),
  ]
  return causes.length > 0
    ? causes.join(' ')
    : 'Rows with explicit ids arrive faster than its sequence is repaired, or the value does not come from there.'
}
