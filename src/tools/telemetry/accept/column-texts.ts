import type { DataSource, EntityMetadata } from 'typeorm'
import { valueText } from './value-text'

type ColumnMetadata = EntityMetadata['columns'][number]

/** How a column gets its text from an event. */
export interface ColumnText {
  readonly name: string
  /** Where the value is in an event: `host`, or `address.city` in an embedded. */
  readonly path: string
  /** Its type, as the entity names it. */
  readonly type: string
  readonly nullable: boolean
  /** Neither null nor a default stands in where it is left out. */
  readonly required: boolean
  /** The value that the event has. */
  read(event: object): unknown
  /**
   * The text that PostgreSQL reads; undefined where the event leaves the column out.
   *
   * @throws {Error} for a value that the column's type cannot hold.
   */
  text(event: object): string | null | undefined
}

/** The types for which the driver's preparePersistentValue() gives back what it got. */
const UNPREPARED: ReadonlySet<unknown> = new Set([
  'bigint',
  'boolean',
  'bytea',
  'character varying',
  'double precision',
  'float4',
  'float8',
  'int',
  'int2',
  'int4',
  'int8',
  'integer',
  'numeric',
  'real',
  'smallint',
  'text',
  'uuid',
  'varchar',
  Number,
  String,
])

/** Returns how each column that an insert of TypeORM writes gets the same value as text. */
export function columnTexts(dataSource: DataSource, metadata: EntityMetadata): ColumnText[] {
  const utc = datesAsUtc(dataSource)
  return metadata.columns.filter(isWritten).map((column) => {
    const read = reader(column)
    const prepare = preparation(dataSource, column)
    return {
      name: column.databaseName,
      path: column.propertyPath,
      type: typeof column.type === 'function' ? column.type.name : column.type,
      nullable: column.isNullable,
      required: !column.isNullable && !standsIn(column),
      read,
      text(event) {
        const value = read(event)
        const prepared = prepare(value)
        if (prepared !== undefined) return valueText(prepared, utc())
        // JSON.stringify() gives undefined for a function: left out, it would be lost without a word.
        if (value !== undefined && !column.transformer) throw new TypeError('no text')
        return undefined
      },
    }
  })
}

/** Whether a column's values come from a sequence alone. */
export function isSequenceFed(column: ColumnMetadata): boolean {
  const strategy: string | undefined = column.generationStrategy
  return column.isGenerated && (strategy === 'increment' || strategy === 'identity')
}

function isWritten(column: ColumnMetadata): boolean {
  return (
    column.isInsert &&
    !column.isVirtualProperty &&
    column.generatedType === undefined &&
    !isSequenceFed(column)
  )
}

function standsIn(column: ColumnMetadata): boolean {
  const { default: given } = column as { default?: unknown }
  return (given !== undefined && given !== null) || column.isGenerated || column.isDiscriminator
}

function reader(column: ColumnMetadata): (event: object) => unknown {
  const {
    propertyName: name,
    embeddedMetadata,
    relationMetadata,
    referencedColumn,
  } = column as {
    [Key in keyof ColumnMetadata]: ColumnMetadata[Key] | undefined
  } & { propertyName: string }
  return (embeddedMetadata ?? relationMetadata ?? referencedColumn)
    ? (event) => column.getEntityValue(event) as unknown
    : (event) => (event as Readonly<Record<string, unknown>>)[name]
}

function preparation({ driver }: DataSource, column: ColumnMetadata): (value: unknown) => unknown {
  if (column.isDiscriminator) return () => column.entityMetadata.discriminatorValue
  const prepare = (value: unknown): unknown => driver.preparePersistentValue(value, column)
  // The version of a row that is new.
  if (column.isVersion) return (value) => prepare(value) ?? 1
  return UNPREPARED.has(column.type) && !column.transformer ? (value) => value : prepare
}

/** A switch of pg's, which may be thrown at any time. */
function datesAsUtc({ driver }: DataSource): () => boolean {
  const { postgres } = driver as { postgres?: { defaults?: { parseInputDatesAsUTC?: boolean } } }
  return () => postgres?.defaults?.parseInputDatesAsUTC === true
}
