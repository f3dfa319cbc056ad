import { createHash } from 'node:crypto'
import { quoteIdentifier, quoteQualified } from '../../db/quoting'
import type { PgClient } from '../../db/session'
import type { AcceptedEvent } from '../accepted-event'
import { copyIn, type CopyClient } from './copy-in'
import { copyLines } from './copy-text'
import type { RowGroup } from './row-groups'
import type { TableColumns } from './table-columns'

/** Says which group a row is of; a name that no table will have. */
const GROUP = 'typeorm_resync_group'

/** Returns a temporary table for rows of a table, and what makes it where this session has none; its name tells whether it has the columns that the table has now. */
function stagingTable(table: TableColumns) {
  const columns = [...table.values()].map(
    ({ name, cast }) => `${quoteIdentifier(name)} ${cast ?? 'text'}`,
  )
  const definition = [`${GROUP} integer`, ...columns].join(', ')
  const digest = createHash('sha256').update(definition).digest('hex').slice(0, 16)
  const name = quoteQualified('pg_temp', `typeorm_resync_${digest}`)
  // Behind a pooler each transaction may meet another session, so that each has to ask.
  const create = `create temporary table if not exists ${name} (${definition}) on commit delete rows`
  return { name, create }
}

/**
 * Copies rows into a temporary table.
 *
 * @returns where each group's rows are: what follows FROM.
 */
export async function stage(
  client: CopyClient & PgClient,
  table: TableColumns,
  groups: readonly RowGroup<AcceptedEvent>[],
): Promise<string[]> {
  const { name, create } = stagingTable(table)
  await client.query(create)
  const columns = [...new Set(groups.flatMap((group) => group.columns))]
  const lines = groups.flatMap(({ items }, group) =>
    copyLines(
      items.map(({ row }) => row),
      columns,
      [String(group)],
    ),
  )
  await copyIn(client, name, [GROUP, ...columns], lines)
  return groups.map((_, group) => `${name} given where given.${GROUP} = ${String(group)}`)
}
