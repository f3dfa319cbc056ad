import type { EntityMetadata } from 'typeorm'
import { columnsOf, tableOf } from './table-name'

/** What of an extraction is summarised. */
const OF_EXTRACTION = {
  host: 'host',
  httpStatusCode: 'status',
  httpErrorType: 'error',
  startTime: 'seen',
} as const

const OF_SUMMARY = ['host', 'statusCode', 'errorType', 'count', 'firstSeen', 'lastSeen'] as const

/** Returns the columns of an extraction that are summarised, and how the summary calls them. */
export function summarised(extraction: EntityMetadata): { name: string; as: string }[] {
  return Object.entries(OF_EXTRACTION).map(([property, as]) => ({
    name: extraction.findColumnWithPropertyName(property)?.databaseName ?? property,
    as,
  }))
}

/**
 * Returns the parts of a WITH that add the errors of the extractions `inserted` to the summary. Rows are locked in one order, so that two writers wait
 * for each other and do not deadlock. Rows that are there are updated, and not by ON CONFLICT: that draws an id of the sequence for each,
 * and would use up an integer's in weeks of heavy writing. It serves what another writer adds meanwhile.
 */
export function summarySql(summary: EntityMetadata): string[] {
  const table = tableOf(summary)
  const names = columnsOf(summary, OF_SUMMARY)
  const { host, statusCode, errorType, count, firstSeen, lastSeen } = names
  const added = (more: string, columns: typeof names) => `
        ${count} = summary.${count} + ${more}.${columns.count},
        ${errorType} = coalesce(summary.${errorType}, ${more}.${columns.errorType}),
        ${firstSeen} = least(summary.${firstSeen}, ${more}.${columns.firstSeen}),
        ${lastSeen} = greatest(summary.${lastSeen}, ${more}.${columns.lastSeen})`
  return [
    `errors as materialized (
      select host as ${host}, status as ${statusCode}, (array_agg(error order by seen desc) filter (where error is not null))[1] as ${errorType},
             count(*)::integer as ${count}, min(seen) as ${firstSeen}, max(seen) as ${lastSeen}
        from inserted where status >= 400 and host <> '' group by host, status)`,
    `known as materialized (
      select summary.${host}, summary.${statusCode}
        from ${table} summary join errors using (${host}, ${statusCode})
       order by summary.${host}, summary.${statusCode} for update of summary)`,
    `updated as (
      update ${table} summary set ${added('errors', names)}
        from errors join known using (${host}, ${statusCode})
       where summary.${host} = errors.${host} and summary.${statusCode} = errors.${statusCode})`,
    `summarised as (
      insert into ${table} as summary (${Object.values(names).join(', ')})
      select ${Object.values(names).join(', ')} from errors
       where not exists (select from known where known.${host} = errors.${host} and known.${statusCode} = errors.${statusCode})
       order by ${host}, ${statusCode}
          on conflict (${host}, ${statusCode}) do update set ${added('excluded', names)})`,
  ]
}
