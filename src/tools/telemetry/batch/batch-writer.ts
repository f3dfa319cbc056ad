import type { DataSource, EntityTarget, QueryRunner } from 'typeorm'
import type { PgClient } from '../../db/session'
import { SQLSTATE, sqlstateOf } from '../../db/sqlstate'
import type { AcceptedEvent } from '../accepted-event'
import { canCopy, copyIn, type CopyClient } from './copy-in'
import { copyLines } from './copy-text'
import { inOwnTransaction, type BatchTimeouts } from './own-transaction'
import { rowGroups, type RowGroup } from './row-groups'
import { stage } from './staging'
import { batchStatement, sisterStatement } from './statement'
import { tableOf } from './table-name'
import { batchEntities, readTables, type BatchEntities, type TablesRead } from './tables'

/** What a batch came to. */
export interface WrittenBatch {
  /** How many events were new; the others had been written before. */
  readonly inserted: number
}

/**
 * Writes events and what they add to the sister tables, in one transaction: all or none, and each once, however often it is given.
 *
 * @param runner - in no transaction
 * @throws the server's error, with its SQLSTATE as `code`. Nothing was written then, unless the connection was lost while it committed.
 */
export type WriteBatch = (
  runner: QueryRunner,
  events: readonly AcceptedEvent[],
) => Promise<WrittenBatch>

/** How batches are written. */
export interface BatchOptions extends BatchTimeouts {
  /** Whether events are copied into their table, where that can be. Default: true. */
  readonly copies?: boolean | undefined
  /** Where they are not: from so many on they are copied into a temporary table first. Default: {@link STAGE_FROM}. */
  readonly stageFrom?: number | undefined
}

/**
 * From so many events on COPY is worth its temporary table. Measured on the 32 columns of the extractions, in thousands of rows/s by unnest, and by COPY through a
 * temporary table: batches of 100: 23 and 23; 500: 31 and 29; 1,000: 29 and 31; 2,000: 26 and 42. COPY straight into the table is the fastest at any size: of 5, 4.0 where
 * unnest writes 3.2; 100: 27 and 21; 500: 40 and 27; 1,000: 43 and 30.
 */
export const STAGE_FROM = 1_000

/** Which failures of COPY an INSERT would not have: an event is there already; row security, or a view. */
const INSERT_INSTEAD: readonly (string | undefined)[] = [
  SQLSTATE.uniqueViolation,
  SQLSTATE.featureNotSupported,
  SQLSTATE.wrongObjectType,
]

type Groups = readonly RowGroup<AcceptedEvent>[]

/** What is copied straight into the table. */
interface Straight {
  readonly entities: BatchEntities
  readonly read: TablesRead
  readonly events: readonly AcceptedEvent[]
  readonly groups: Groups
  readonly options: BatchTimeouts
}

/**
 * Returns what writes batches of an entity's events. It holds what it read of the tables, and reads it again after an error: a migration may have run.
 *
 * @param eventId - the property that holds an event's unique id; its column has a unique index
 * @throws {UsageError} when the entity has no such property, or the DataSource lacks a sister of the extractions.
 */
export function batchWriter(
  dataSource: DataSource,
  entity: EntityTarget<object>,
  eventId: string,
  options: BatchOptions = {},
): WriteBatch {
  const entities = batchEntities(dataSource, entity, eventId)
  const { copies = true, stageFrom = STAGE_FROM } = options
  let tables: TablesRead | undefined

  const insert = (
    client: PgClient,
    events: readonly AcceptedEvent[],
    groups: Groups,
    read: TablesRead,
  ) =>
    inOwnTransaction(client, options, async () => {
      const stages = events.length >= stageFrom && read.mayMakeTemporary && canCopy(client)
      const staged = stages ? await stage(client, read.events, groups) : undefined
      const { sql, values } = batchStatement(entities, read, groups, staged)
      // Not the runner's query(): its error, and a logger, would hold every value of the batch.
      const { rows } = await client.query(sql, [...values])
      const [written] = rows as WrittenBatch[]
      return { inserted: written?.inserted ?? 0 }
    })

  const write = async (runner: QueryRunner, events: readonly AcceptedEvent[], read: TablesRead) => {
    const groups = rowGroups(events, ({ row }) => row, read.events)
    const client = (await runner.connect()) as PgClient
    // Without the index nothing would stop a second copy of an event: then ON CONFLICT is to complain.
    if (copies && read.uidIsUnique && canCopy(client)) {
      try {
        return await copyStraight(client, { entities, read, events, groups, options })
      } catch (error) {
        if (!INSERT_INSTEAD.includes(sqlstateOf(error))) throw error
      }
    }
    return insert(client, events, groups, read)
  }

  return async (runner, events) => {
    const once = firstOfEach(events)
    if (once.length === 0) return { inserted: 0 }
    try {
      tables ??= await readTables(runner, entities)
      return await write(runner, once, tables)
    } catch (error) {
      tables = undefined
      throw error
    }
  }
}

/**
 * Copies events into their table. COPY knows no ON CONFLICT, which is needed where an event has been written before: after an answer that was lost, or by a process that
 * was killed. Both are rare, and cost a try.
 */
async function copyStraight(
  client: CopyClient & PgClient,
  { entities, read, events, groups, options }: Straight,
): Promise<WrittenBatch> {
  return inOwnTransaction(client, options, async () => {
    for (const { items, columns } of groups) {
      const rows = items.map(({ row }) => row)
      await copyIn(client, tableOf(entities.events), columns, copyLines(rows, columns))
    }
    const sisters = sisterStatement(entities, read, events)
    if (sisters) await client.query(sisters.sql, [...sisters.values])
    return { inserted: events.length }
  })
}

/** Of the events themselves the index lets in one; of their detections nothing would. */
function firstOfEach(events: readonly AcceptedEvent[]): readonly AcceptedEvent[] {
  if (events.every(({ detection }) => detection === undefined)) return events
  const seen = new Set<string>()
  return events.filter(({ uid }) => !seen.has(uid) && seen.add(uid))
}
