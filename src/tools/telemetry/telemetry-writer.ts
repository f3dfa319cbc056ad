import type { DataSource } from 'typeorm'
import type { ExtractionEvent } from './accept/event'
import { EventWriter } from './event-writer'
import { databaseParts } from './database-parts'
import { writerSettings, type WriterOptions } from './writer-options'

/**
 * Writes telemetry events to `extraction_telemetry_v2` and its sisters; or those of another entity, with a unique event id, to its table.
 *
 * @typeParam Event - what `record()` takes; for another entity `EventOf<ThatEntity>`
 */
export class TelemetryWriter<Event extends object = ExtractionEvent> extends EventWriter<Event> {
  /**
   * @param dataSource - initialised before the first event
   * @throws {UsageError} when an option is wrong, or what is given is no DataSource.
   * @throws {UnsupportedDatabaseError} when the DataSource is not for PostgreSQL.
   */
  constructor(dataSource: DataSource, options: WriterOptions = {}) {
    const settings = writerSettings(options)
    super(settings, databaseParts(dataSource, settings))
  }
}
