import type { DataSource, EntityMetadata } from 'typeorm'
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js'
import { tableKey, type TableReference } from '../db/table-name'
import { groupedBy } from '../grouped-by'
import { entityOfTable, readEntities } from './entities'

/** How an entity declares a column: `@PrimaryGeneratedColumn()` or `@Generated()`, identity, or a default that calls nextval. */
export type GenerationStrategy = 'increment' | 'identity' | 'default'

/** A column that an entity declares as generated from a sequence. */
export interface GeneratedColumn {
  /** The entity's name; of a single-table inheritance, the parent's. */
  readonly entity: string
  /** Undefined where neither the entity nor the DataSource names one: the search path decides. */
  readonly schema: string | undefined
  readonly table: string
  readonly column: string
  readonly strategy: GenerationStrategy
  /** The other entities on the same table, such as the children of a single-table inheritance. */
  readonly sharedBy: readonly string[]
}

/** An entity, or a table that TypeORM makes for a relation, without a column generated from a sequence; and why. */
export interface PassedOver {
  readonly entity: string
  readonly reason: string
}

/** What the entities of a DataSource say about sequences: each is the entity of a generated column, shares its table, or is passed over. */
export interface EntitySurvey {
  readonly generated: readonly GeneratedColumn[]
  readonly passedOver: readonly PassedOver[]
}

/**
 * Finds every column that the DataSource's entities declare as generated from a sequence. Needs no database. Two entities on one table are
 * reported once, where both name its schema or neither does.
 *
 * @throws {UnsupportedDatabaseError} when the DataSource is not for PostgreSQL.
 * @throws {DataSourceError} when TypeORM refuses the entities.
 */
export async function discoverGeneratedColumns(dataSource: DataSource): Promise<GeneratedColumn[]> {
  return [...(await surveyEntities(dataSource)).generated]
}

/**
 * Finds the same, and says of every other entity why it has none.
 *
 * @throws what `discoverGeneratedColumns` throws.
 */
export async function surveyEntities(dataSource: DataSource): Promise<EntitySurvey> {
  const metadatas = await readEntities(dataSource)
  const tables = groupedBy(
    metadatas.filter(({ tableType }) => tableType !== 'view'),
    (metadata) => tableKey(place(metadata)),
  )
  const generated = new Map<string, GeneratedColumn>()
  for (const [table, entities] of tables) {
    for (const metadata of entities) {
      for (const column of metadata.columns) {
        const strategy = strategyOf(column)
        const key = JSON.stringify([table, column.databaseName])
        if (!strategy || generated.has(key)) continue
        generated.set(key, declaredColumn(metadata, column, strategy, entities))
      }
    }
  }
  const fed = new Set([...generated.values()].map(tableKey))
  return {
    generated: [...generated.values()],
    passedOver: metadatas
      .filter((metadata) => metadata.tableType === 'view' || !fed.has(tableKey(place(metadata))))
      .map((metadata) => ({ entity: metadata.name, reason: reasonOf(metadata) })),
  }
}

/** Not tablePath: it does not tell a dot in a name from the one after the schema. */
function place({ schema, tableName }: EntityMetadata): TableReference {
  return { schema, table: tableName }
}

function strategyOf(column: ColumnMetadata): GenerationStrategy | undefined {
  // A string: the typings omit 'identity', which @PrimaryGeneratedColumn('identity') sets.
  const strategy = column.generationStrategy as string | undefined
  if (column.isGenerated) {
    return strategy === 'increment' || strategy === 'identity' ? strategy : undefined
  }
  return /\bnextval\s*\(/i.test(defaultExpression(column)) ? 'default' : undefined
}

/** A default that is an expression is given as a function which returns it. */
function defaultExpression({ default: value }: ColumnMetadata): string {
  return typeof value === 'function' ? String((value as () => unknown)()) : ''
}

function declaredColumn(
  metadata: EntityMetadata,
  column: ColumnMetadata,
  strategy: GenerationStrategy,
  entities: readonly EntityMetadata[],
): GeneratedColumn {
  const entity = entityOfTable(metadata)
  return {
    entity,
    ...place(metadata),
    column: column.databaseName,
    strategy,
    sharedBy: entities.map(({ name }) => name).filter((name) => name !== entity),
  }
}

function reasonOf({ tableType, primaryColumns }: EntityMetadata): string {
  if (tableType === 'view') return 'a view'
  if (tableType === 'junction') return 'a join table, with the keys of what it joins'
  if (tableType === 'closure-junction' || tableType === 'closure') {
    return 'the closure table of a tree, with the keys of what it joins'
  }
  const keys = primaryColumns.map(({ databaseName }) => databaseName).join(', ')
  const strategy = primaryColumns.find(({ isGenerated }) => isGenerated)?.generationStrategy
  if (strategy === 'uuid') return `key ${keys} is a uuid`
  if (strategy !== undefined) return `key ${keys} is generated as ${strategy}`
  return keys === '' ? 'no key' : `key ${keys} is given by the application`
}
