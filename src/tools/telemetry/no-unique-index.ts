import type { DataSource } from 'typeorm'
import { SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { batchEntities } from './batch/tables'
import { tableOf } from './batch/table-name'
import type { WriterSettings } from './writer-options'

/** Returns an error that says which index is missing and what makes it, where that is what failed; else the same one. */
export function namingItsIndex(
  error: unknown,
  dataSource: DataSource,
  { entity, eventId }: WriterSettings,
): unknown {
  if (sqlstateOf(error) !== SQLSTATE.invalidColumnReference) return error
  const { events, uid, sisters } = batchEntities(dataSource, entity, eventId)
  const wanted = `${tableOf(events)} (${uid})`
  const summary = sisters && tableOf(sisters.summary)
  // PostgreSQL does not say which ON CONFLICT it is about.
  const or = summary === undefined ? '' : `, or not the one of ${summary}`
  const migration = summary === undefined ? '' : 'Run the migration IndexEventUid, or: '
  return new Error(
    `there is no unique index on ${wanted}${or}, by which an event that is tried again is written once. ${migration || 'Run: '}create unique index concurrently on ${wanted}`,
    // Its SQLSTATE is found there.
    { cause: error },
  )
}
