import type { DataSource, EntityTarget } from 'typeorm'
import { isDataSource } from '../db/session'
import { UnknownEntityError, UsageError } from '../errors'
import { assertPostgres } from '../metadata/entities'
import { nearestNames } from '../suggestion'

/**
 * Checks what a writer is made with.
 *
 * @throws {UsageError} when it is no DataSource.
 * @throws {UnsupportedDatabaseError} when it is not for PostgreSQL.
 */
export function assertDataSource(dataSource: DataSource): void {
  const given: unknown = dataSource
  if (typeof given !== 'object' || given === null || !isDataSource(dataSource)) {
    throw new UsageError(
      'Cannot make a TelemetryWriter: the first argument is not a DataSource. Nothing was changed. Call: new TelemetryWriter(dataSource, options)',
    )
  }
  assertPostgres(dataSource)
}

/**
 * Checks what a writer meets at its first event.
 *
 * @throws {UsageError} when the DataSource is not initialised.
 * @throws {UnknownEntityError} when it does not know the entity.
 */
export function assertReady(dataSource: DataSource, entity: EntityTarget<object>): void {
  if (!dataSource.isInitialized) {
    throw new UsageError(
      'Cannot write telemetry events through a DataSource that is not initialised. Nothing was written. Call: await dataSource.initialize()',
    )
  }
  if (dataSource.hasMetadata(entity)) return
  const name = nameOf(entity)
  const nearest = nearestNames(
    name,
    dataSource.entityMetadatas.map((metadata) => metadata.name),
  )
  throw new UnknownEntityError(
    `Cannot write telemetry events: the DataSource does not know the entity ${name}.${nearest} Nothing was written. Add it to the DataSource's entities.`,
  )
}

function nameOf(entity: EntityTarget<object>): string {
  if (typeof entity === 'string') return `"${entity}"`
  if (typeof entity === 'function') return entity.name
  return 'options' in entity ? entity.options.name : entity.name
}
