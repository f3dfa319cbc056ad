import type { DataSource, EntityMetadata, EntityTarget, QueryRunner } from 'typeorm'
import { ContentTypeDetectionTelemetry } from '../../../entities/content-type-detection-telemetry'
import { ExtractionTelemetryV2 } from '../../../entities/extraction-telemetry-v2'
import { HttpErrorSummary } from '../../../entities/http-error-summary'
import { quoteIdentifier } from '../../db/quoting'
import { eventIdColumn } from '../event-id'
import { sisterMetadata } from '../sister'
import { readTableColumns, type TableColumns } from './table-columns'
import { tableOf } from './table-name'

/** The tables that a batch is written to, by their entities. */
export interface BatchEntities {
  readonly events: EntityMetadata
  /** The column of an event's unique id, and how SQL names it. */
  readonly uidColumn: string
  readonly uid: string
  /** What is written along with extractions alone. */
  readonly sisters?: { readonly summary: EntityMetadata; readonly detection: EntityMetadata }
}

/** What the database says of the tables, and of what we may do. */
export interface TablesRead {
  readonly events: TableColumns
  readonly detections: TableColumns
  readonly mayMakeTemporary: boolean
  /** Whether an index lets an event's unique id in once; it is what makes a new try safe. */
  readonly uidIsUnique: boolean
}

const MAY_MAKE_TEMPORARY = `
  select pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY') as may`

/** The unique indexes that ON CONFLICT would find for the column: whole, valid, of it alone. */
const UID_IS_UNIQUE = `
  select exists (
    select from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = $1::pg_catalog.regclass and a.attname = $2
       and i.indisunique and i.indisvalid and i.indimmediate and i.indnkeyatts = 1 and i.indpred is null) as "isUnique"`

/**
 * Returns the tables that events of an entity are written to.
 *
 * @throws {UsageError} when the entity has no such property as `eventId`, or the DataSource lacks a sister of the extractions.
 */
export function batchEntities(
  dataSource: DataSource,
  entity: EntityTarget<object>,
  eventId: string,
): BatchEntities {
  const events = dataSource.getMetadata(entity)
  const uidColumn = eventIdColumn(events, eventId)
  const uid = quoteIdentifier(uidColumn)
  if (events.target !== ExtractionTelemetryV2) return { events, uidColumn, uid }
  const summary = sisterMetadata(dataSource, HttpErrorSummary)
  const detection = sisterMetadata(dataSource, ContentTypeDetectionTelemetry)
  return { events, uidColumn, uid, sisters: { summary, detection } }
}

/** Reads what the database says of the tables. */
export async function readTables(
  runner: QueryRunner,
  { events, uidColumn, sisters }: BatchEntities,
): Promise<TablesRead> {
  const [privilege] = (await runner.query(MAY_MAKE_TEMPORARY)) as { may: boolean }[]
  const [index] = (await runner.query(UID_IS_UNIQUE, [tableOf(events), uidColumn])) as {
    isUnique: boolean
  }[]
  return {
    events: await readTableColumns(runner, tableOf(events)),
    detections: sisters ? await readTableColumns(runner, tableOf(sisters.detection)) : new Map(),
    mayMakeTemporary: privilege?.may === true,
    uidIsUnique: index?.isUnique === true,
  }
}
