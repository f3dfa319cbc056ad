import type { DataSource, EntityMetadata, ObjectLiteral } from 'typeorm'
import { UsageError } from '../errors'

/**
 * Returns what TypeORM knows of an entity that is written along with an extraction.
 *
 * @throws {UsageError} when the DataSource does not know it.
 */
export function sisterMetadata(
  dataSource: DataSource,
  entity: new () => ObjectLiteral,
): EntityMetadata {
  if (dataSource.hasMetadata(entity)) return dataSource.getMetadata(entity)
  throw new UsageError(
    `Cannot write extractions: the DataSource does not know the entity ${entity.name}, which is written with them. Add it to the DataSource's entities. Nothing was written.`,
  )
}
