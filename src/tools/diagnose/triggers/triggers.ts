import { readMembers } from '../../catalog/table-members'
import { quoteIdentifier, quoteQualified } from '../../db/quoting'
import { tableKey } from '../../db/table-name'
import { columnName } from '../../sequences/names'
import type { VerifiedColumn } from '../../sequences/verify'
import type { Cause } from '../cause'
import type { Finder } from '../context'
import { readRuleWrites } from '../statements/writes'
import { assigns } from './assignments'
import { readRowWriters, type RowWriter } from './read'

/** Finds triggers and rules that give keys of their own. */
export const triggersFinder: Finder = {
  place: 'triggers and rules',
  async find({ session, columns }) {
    const members = await readMembers(session, columns)
    const { triggers, rules } = await readRowWriters(session, columns)
    const found = columns.flatMap((column) => {
      const isOwn = (one: RowWriter) => one.schema === column.schema && one.table === column.table
      const order = members.get(tableKey(column))?.[0]?.columns ?? []
      const causes = [
        ...triggers.filter(isOwn).flatMap((one) => triggerCause(column, one)),
        ...rules
          .filter(isOwn)
          .filter(({ body }) =>
            readRuleWrites(body).some(
              (write) =>
                write.table === column.table &&
                (write.schema ?? column.schema) === column.schema &&
                write.gives(column.column, order),
            ),
          )
          .map((one) => ruleCause(column, one)),
      ]
      return causes.map((cause) => ({ column, cause }))
    })
    return { found, notes: [] }
  },
}

function triggerCause(column: VerifiedColumn, trigger: RowWriter): Cause[] {
  const assignment = assigns(trigger.body, column.column, column.sequence?.name)
  if (assignment === null) return []
  const key = quoteIdentifier(column.column)
  const name = quoteIdentifier(trigger.name)
  return [
    {
      kind: 'trigger',
      summary: `Trigger ${name} gives ${columnName(column)} values of its own; the sequence does not give them.`,
      confidence: assignment === 'always' ? 'proven' : 'likely',
      evidence: [
        {
          source: 'catalog',
          text: `trigger ${name} before insert for each row runs ${String(trigger.function)}, which assigns new.${key}${assignment === 'always' ? '' : ', in some cases'}`,
        },
      ],
      remedy: `Take the assignment out of the function, or run: DROP TRIGGER ${name} ON ${quoteQualified(column.schema, column.table)}`,
    },
  ]
}

function ruleCause(column: VerifiedColumn, { name, on }: RowWriter): Cause {
  return {
    kind: 'trigger',
    summary: `Rule ${quoteIdentifier(name)} inserts values of its own into ${columnName(column)}; the sequence does not give them.`,
    confidence: 'likely',
    evidence: [
      {
        source: 'catalog',
        text: `rule ${quoteIdentifier(name)} on ${on} inserts with ${quoteIdentifier(column.column)} among its columns`,
      },
    ],
    remedy: `Leave ${quoteIdentifier(column.column)} out of the columns that the rule inserts.`,
  }
}
