import { quoteIdentifier } from '../../db/quoting'
import type { AcceptedEvent, RowText } from '../accepted-event'
import { arrayLiteral } from '../array-literal'
import { summarised, summarySql } from './error-summary'
import { rowGroups, type RowGroup } from './row-groups'
import type { TableColumns } from './table-columns'
import { tableOf } from './table-name'
import type { BatchEntities, TablesRead } from './tables'

/** One statement and what is bound to it. */
export interface Statement {
  readonly sql: string
  readonly values: readonly string[]
}

/** Names an event's id beside the columns of its detection. */
const UID = 'typeorm_resync_uid'

/**
 * Returns the statement that writes a batch: the events, and of those that are new what they add to the sisters. So what is written again, after a
 * COMMIT whose answer was lost, counts nothing twice.
 *
 * @param staged - where the rows of each group are, if not in the statement's own parameters
 */
export function batchStatement(
  { events, uid, sisters }: BatchEntities,
  tables: TablesRead,
  groups: readonly RowGroup<AcceptedEvent>[],
  staged?: readonly string[],
): Statement {
  const values: string[] = []
  const ofExtraction = sisters ? summarised(events) : []
  const returned = [
    `${uid} as uid`,
    ...ofExtraction.map(({ name, as }) => `${quoteIdentifier(name)} as ${as}`),
  ].join(', ')
  const inserts = groups.map(({ items, columns }, group) => {
    const rows = items.map(({ row }) => row)
    const source = staged?.[group] ?? unnested(values, columns, rows)
    const casts = staged ? undefined : tables.events
    const insert = insertSql(tableOf(events), columns, source, casts)
    return `inserted_${String(group)} as (${insert} on conflict (${uid}) do nothing returning ${returned})`
  })
  const parts = [
    ...inserts,
    `inserted as (${groups.map((_, group) => `select * from inserted_${String(group)}`).join(' union all ')})`,
    ...(sisters ? summarySql(sisters.summary) : []),
    ...(sisters ? detectionSql(tableOf(sisters.detection), tables.detections, groups, values) : []),
  ]
  const sql = `with ${parts.join(',\n')}\nselect count(*)::integer as inserted from inserted`
  return { sql, values }
}

/**
 * Returns the statement that adds events to the sisters which are known to be new; null where they add nothing. What is summarised is told by the
 * columns of the extraction, not by what {@link batchStatement} returns of them.
 */
export function sisterStatement(
  { events, sisters }: BatchEntities,
  tables: TablesRead,
  given: readonly AcceptedEvent[],
): Statement | null {
  if (!sisters) return null
  const status = events.findColumnWithPropertyName('httpStatusCode')?.databaseName ?? ''
  const adding = given.filter(
    ({ row, detection }) => detection !== undefined || Number(row[status] ?? 0) >= 400,
  )
  if (adding.length === 0) return null
  const values: string[] = []
  const groups = rowGroups(adding, ({ row }) => row, tables.events)
  const columns = summarised(events)
  const rows = adding.map(({ uid, row }) => ({ ...row, [UID]: uid }))
  const casts = columns.map(({ name, as }) => {
    const cast = tables.events.get(name)?.cast ?? 'text'
    return `given.${quoteIdentifier(name)}::${cast} as ${as}`
  })
  const source = unnested(values, [UID, ...columns.map(({ name }) => name)], rows)
  const parts = [
    `inserted as (select given.${UID} as uid, ${casts.join(', ')} from ${source})`,
    ...summarySql(sisters.summary),
    ...detectionSql(tableOf(sisters.detection), tables.detections, groups, values),
  ]
  return { sql: `with ${parts.join(',\n')}\nselect`, values }
}

function detectionSql(
  table: string,
  known: TableColumns,
  groups: readonly RowGroup<AcceptedEvent>[],
  values: string[],
): string[] {
  const detections = groups.flatMap(({ items }) =>
    items.flatMap(({ uid, detection }) => (detection ? [{ uid, detection }] : [])),
  )
  return rowGroups(detections, ({ detection }) => detection, known).map(
    ({ items, columns }, group) => {
      const rows = items.map(({ uid, detection }) => ({ ...detection, [UID]: uid }))
      const given = unnested(values, [UID, ...columns], rows)
      const source = `${given} where given.${UID} in (select uid::text from inserted)`
      return `detected_${String(group)} as (${insertSql(table, columns, source, known)})`
    },
  )
}

/** The columns of what stands after FROM are named as the table's; texts have to be cast. */
function insertSql(
  table: string,
  columns: readonly string[],
  source: string,
  casts?: TableColumns,
): string {
  const given = columns.map((name) => {
    const cast = casts?.get(name)?.cast
    return `given.${quoteIdentifier(name)}${cast === undefined ? '' : `::${cast}`}`
  })
  return `insert into ${table} (${columns.map(quoteIdentifier).join(', ')}) select ${given.join(', ')} from ${source}`
}

/** Binds an array for each column, and returns the rows that they make. */
function unnested(values: string[], columns: readonly string[], rows: readonly RowText[]): string {
  const arrays = columns.map((name) => {
    const texts = rows.map((row) => row[name] ?? null)
    return `pg_catalog.unnest($${String(values.push(arrayLiteral(texts)))}::text[])`
  })
  return `rows from (${arrays.join(', ')}) given(${columns.map(quoteIdentifier).join(', ')})`
}
