import type { DataSource } from 'typeorm'
import type { PostgresOptions } from '../db/postgres-options'
import type { TableReference } from '../db/table-name'

/** A migration class that the DataSource knows. */
export interface KnownMigration {
  /** As TypeORM writes it into its table. */
  readonly name: string
  /** The 13 digits at the end of the name, by which TypeORM orders them. */
  readonly timestamp: number
}

/** Returns the table in which TypeORM writes down which migrations ran; its serial id can fall behind as any other's. */
export function migrationsTable(dataSource: DataSource): TableReference {
  const { migrationsTableName = 'migrations', schema } = dataSource.options as PostgresOptions
  // TypeORM takes what comes before a dot for the schema.
  const [table = migrationsTableName, named = schema] = migrationsTableName.split('.').reverse()
  return { schema: named, table }
}

/** Returns the migrations that the DataSource's options name. Its metadata must have been read. */
export function knownMigrations(dataSource: DataSource): KnownMigration[] {
  return dataSource.migrations.flatMap((migration) => {
    const name = migration.name ?? migration.constructor.name
    const timestamp = /\d{13}$/.exec(name)?.[0]
    return timestamp === undefined ? [] : [{ name, timestamp: Number(timestamp) }]
  })
}
