import type { DataSource, EntityMetadata } from 'typeorm'
import { messageOf } from '../db/sqlstate'
import { DataSourceError, UnsupportedDatabaseError } from '../errors'

/** An entity and the table that it stands for; no schema means the session's search path. */
export interface EntityTable {
  readonly entity: string
  readonly schema: string | undefined
  readonly table: string
}

/**
 * Returns the DataSource's entities. Needs no database: metadata is built from the classes alone.
 *
 * @throws {UnsupportedDatabaseError} when the DataSource is not for PostgreSQL.
 * @throws {DataSourceError} when TypeORM refuses the entities.
 */
export async function readEntities(dataSource: DataSource): Promise<EntityMetadata[]> {
  assertPostgres(dataSource)
  if (!dataSource.isInitialized && dataSource.entityMetadatas.length === 0) {
    try {
      // Protected in the typings, and the only way to metadata without a connection (TypeORM 0.3.20 to 1.1).
      await (dataSource as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas()
    } catch (cause) {
      const message = messageOf(cause).replace(/\.$/, '')
      // What the decorators' metadata says of an imported type, where it was compiled without a look at that.
      const lacksType = /^Data type "(?:Object|undefined)"/.test(message)
      throw new DataSourceError(
        `Cannot read the entities of the DataSource: ${message}. Nothing was changed.${lacksType ? ' Name the type in @Column(), or use what was compiled with a check of types: by tsc, or ts-node without transpileOnly.' : ''}`,
        { cause },
      )
    }
  }
  return dataSource.entityMetadatas
}

/** Returns the table of every entity that has one; several may share one, as a single-table inheritance does. */
export async function readEntityTables(dataSource: DataSource): Promise<EntityTable[]> {
  return (await readEntities(dataSource))
    .filter(({ tableType }) => tableType !== 'view')
    .map(({ name, schema, tableName }) => ({ entity: name, schema, table: tableName }))
}

/** Returns the name of the entity that has the table: of a single-table inheritance, the parent. */
export function entityOfTable(metadata: EntityMetadata): string {
  // Undefined for most entities, whatever the typings say.
  const parent = metadata.parentEntityMetadata as EntityMetadata | undefined
  return parent?.tableName === metadata.tableName ? parent.name : metadata.name
}

/** @throws {UnsupportedDatabaseError} when the DataSource is not for PostgreSQL. */
export function assertPostgres(dataSource: DataSource): void {
  const { type } = dataSource.options
  if (type !== 'postgres') {
    throw new UnsupportedDatabaseError(
      `Cannot work on a DataSource of type "${type}": only "postgres" has the sequences this is about. Nothing was changed.`,
    )
  }
}
