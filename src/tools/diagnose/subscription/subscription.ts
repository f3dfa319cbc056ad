import { quoteIdentifier, quoteQualified } from '../../db/quoting'
import { columnName, tableArgument } from '../../sequences/names'
import { columnFinder } from '../context'

interface Subscription {
  readonly name: string
  readonly enabled: boolean
  readonly table: string
  readonly schema: string
}

/** Only columns that every role may read: the connection string is not among them. A partition may be subscribed in its root's place. */
const SUBSCRIPTIONS = `
  select s.subname as name, s.subenabled as enabled, n.nspname as schema, c.relname as "table"
    from pg_catalog.pg_subscription_rel r
    join pg_catalog.pg_subscription s on s.oid = r.srsubid
    join pg_catalog.pg_class c on c.oid = r.srrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_class root on root.oid = pg_catalog.pg_partition_root(c.oid)
    left join pg_catalog.pg_namespace rn on rn.oid = root.relnamespace
   where (n.nspname = $1 and c.relname = $2) or (rn.nspname = $1 and root.relname = $2)
   order by s.subname, n.nspname, c.relname`

/** Finds the subscriptions whose rows arrive with their ids. */
export const subscriptionFinder = columnFinder('subscriptions', async (column, { session }) => {
  const rows = await session.query<Subscription>(SUBSCRIPTIONS, [column.schema, column.table])
  if (rows.length === 0) return []
  return [
    {
      kind: 'subscription',
      summary: `Logical replication writes ${columnName(column)} with the publisher's values; its sequence does not run here.`,
      confidence: rows.some(({ enabled }) => enabled) ? 'proven' : 'likely',
      evidence: rows.map(({ name, enabled, schema, table }) => ({
        source: 'pg_subscription_rel',
        text: `subscription ${quoteIdentifier(name)}${enabled ? '' : ', which is disabled,'} writes ${quoteQualified(schema, table)}`,
      })),
      remedy: `That is as it should be while it replicates. When writers move here, and before they do, run: typeorm-resync apply --table ${tableArgument(column)}`,
    },
  ]
})
