import type { DataSource, EntityMetadata } from 'typeorm'
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js'
import { entityOfTable, readEntities } from './entities'

/** A column that an entity declares as generated from a sequence. */
export interface GeneratedColumn {
  /** The entity's name; of a single-table inheritance, the parent's. */
  readonly entity: string
  /** Undefined where neither the entity nor the DataSource names one: the search path decides. */
  readonly schema: string | undefined
  readonly table: string
  readonly column: string
  readonly strategy: 'increment' | 'identity'
}

/**
 * Finds every column that the DataSource's entities declare as generated from a sequence (`@PrimaryGeneratedColumn()`, `@Generated('increment')`,
 * identity). Needs no database. Two entities on one table are reported once.
 *
 * @throws {UnsupportedDatabaseError} when the DataSource is not for PostgreSQL.
 */
export async function discoverGeneratedColumns(dataSource: DataSource): Promise<GeneratedColumn[]> {
  const found = new Map<string, GeneratedColumn>()
  for (const metadata of await readEntities(dataSource)) {
    if (metadata.tableType === 'view') continue
    for (const column of metadata.columns) {
      const generated = generatedColumn(metadata, column)
      if (!generated) continue
      const key = JSON.stringify([generated.schema, generated.table, generated.column])
      if (!found.has(key)) found.set(key, generated)
    }
  }
  return [...found.values()]
}

function generatedColumn(
  metadata: EntityMetadata,
  column: ColumnMetadata,
): GeneratedColumn | undefined {
  // A string: the typings omit 'identity', which @PrimaryGeneratedColumn('identity') sets.
  const strategy = column.generationStrategy as string | undefined
  if (!column.isGenerated || (strategy !== 'increment' && strategy !== 'identity')) return undefined
  return {
    entity: entityOfTable(metadata),
    schema: metadata.schema,
    table: metadata.tableName,
    column: column.databaseName,
    strategy,
  }
}
