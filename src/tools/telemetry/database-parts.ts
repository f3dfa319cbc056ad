import type { DataSource } from 'typeorm'
import { survivingLostSessions } from '../db/lost-sessions'
import { quoteQualified } from '../db/quoting'
import { sessionOf } from '../db/session'
import { SQLSTATE, sqlstateOf } from '../db/sqlstate'
import { attempt } from '../guard/attempt'
import { guardOf } from '../guard/guard-data-source'
import { guardParts } from '../guard/guard-parts'
import { Healer } from '../guard/healer'
import { autocommit } from '../guard/recovery'
import { verifySequences } from '../sequences/verify'
import { warn } from '../warning'
import { createAcceptor, type Accept } from './accept/acceptor'
import { batchWriter, type WriteBatch } from './batch/batch-writer'
import { tableOf } from './batch/table-name'
import { MemoryQueue } from './memory-queue'
import { openTelemetryMeasurements } from './open-telemetry-measurements'
import { explainCorruption } from './spool/damage'
import { openSpool } from './spool/open-spool'
import { namingItsIndex } from './no-unique-index'
import { assertDataSource, assertReady } from './usable-data-source'
import type { WriterSettings } from './writer-options'
import type { OpenedQueue, WriterParts } from './writer-parts'

/** Returns what a writer of a DataSource's tables is put together from. Nothing is looked up before the first event. */
export function databaseParts(
  dataSource: DataSource,
  settings: WriterSettings,
): WriterParts<object> {
  assertDataSource(dataSource)
  const healer = healerOf(dataSource)
  let parts: { readonly accept: Accept; readonly write: WriteBatch } | undefined
  const lookedUp = () => {
    if (parts) return parts
    assertReady(dataSource, settings.entity)
    survivingLostSessions(dataSource)
    const { entity, eventId } = settings
    const accept = createAcceptor(dataSource, entity, eventId)
    parts = { accept, write: batchWriter(dataSource, entity, eventId, settings) }
    return parts
  }
  return {
    accept: (event) => lookedUp().accept(event),
    async writeBatch(events) {
      const { write } = lookedUp()
      const runner = dataSource.createQueryRunner('master')
      try {
        const session = sessionOf(runner)
        const place = { session, healer, recovery: autocommit(session) }
        return await attempt(place, () => write(runner, events))
      } catch (error) {
        throw namingItsIndex(error, dataSource, settings)
      } finally {
        await runner.release()
      }
    },
    isOwnKey: (error) =>
      sqlstateOf(error) === SQLSTATE.numericValueOutOfRange
        ? hasNoValueLeft(dataSource, settings)
        : Promise.resolve(healer.isOwnKey(error)),
    openQueue: () => openQueue(dataSource, settings),
    logger: dataSource.logger,
    measurements: openTelemetryMeasurements(() => tableOf(dataSource.getMetadata(settings.entity))),
  }
}

/** The batch is a transaction of its own: undone as it fails, and healed with the limits and handlers of the DataSource's guard, where it has one. */
function healerOf(dataSource: DataSource): Healer {
  return guardOf(dataSource)?.healer ?? new Healer(guardParts(dataSource, {}, dataSource.logger))
}

/** Then every row is out of the column's range, and none is to blame. */
async function hasNoValueLeft(
  dataSource: DataSource,
  { entity }: WriterSettings,
): Promise<boolean> {
  const { schema, tableName } = dataSource.getMetadata(entity)
  const tables = [quoteQualified(schema, tableName)]
  const { columns } = await verifySequences(dataSource, { tables })
  return columns.some(({ verdict, nextValue }) => verdict === 'behind' && nextValue === null)
}

async function openQueue(dataSource: DataSource, settings: WriterSettings): Promise<OpenedQueue> {
  assertReady(dataSource, settings.entity)
  const { spool, maxSpoolBytes, maxQueueSize, whenFull } = settings
  if (spool === null) return new MemoryQueue({ maxQueueSize, whenFull })
  return openSpool({
    folder: spool,
    // Writers of two databases may share a folder, and must not take over each other's events.
    name: [dataSource.driver.database, dataSource.getMetadata(settings.entity).tablePath].join('.'),
    maxBytes: maxSpoolBytes,
    maxQueueSize,
    whenFull,
    onCorrupt: (corruption) => {
      warn(dataSource.logger, explainCorruption(corruption))
    },
    onNotice: (notice) => {
      warn(dataSource.logger, notice)
    },
  })
}
