import type { EntityMetadata } from 'typeorm'
import { UsageError } from '../errors'

/**
 * Returns the name in the database of the column that holds an event's unique id.
 *
 * @throws {UsageError} when the entity has no such property.
 */
export function eventIdColumn(metadata: EntityMetadata, eventId: string): string {
  const column = metadata.findColumnWithPropertyName(eventId)
  if (column) return column.databaseName
  throw new UsageError(
    `Cannot write events of ${metadata.name}: it has no property "${eventId}" to hold their unique ids. Nothing was written.`,
  )
}
