import type { DataSource } from 'typeorm'
import type { SequenceName } from '../../catalog/sequence-column'
import { readEntities } from '../../metadata/entities'
import type { VerifiedColumn } from '../../sequences/verify'

/** A key, as the code of a project may name it. */
export interface ScannedColumn {
  readonly schema: string
  readonly table: string
  readonly column: string
  /** What feeds it; where it is not known, it is taken to have the name that PostgreSQL gives one. */
  readonly sequence?: SequenceName | null | undefined
  /** The entities on its table. */
  readonly entities: readonly string[]
  /** Its name in these; the column's own where none is known. */
  readonly property: string
  /** Whether TypeORM takes ids that are given to save() and insert(): for `identity` it does, for `increment` it leaves them out. */
  readonly honoured: boolean
  /** The entities that give the key themselves, while another has it generated. */
  readonly plain: readonly string[]
}

/** Returns the columns as code names them, by the entities of the DataSource. */
export async function scannedColumns(
  columns: readonly (Pick<VerifiedColumn, 'schema' | 'table' | 'column'> & {
    readonly sequence?: SequenceName | null | undefined
  })[],
  dataSource: DataSource | null,
): Promise<ScannedColumn[]> {
  const metadatas = dataSource ? await readEntities(dataSource) : []
  return columns.map(({ schema, table, column, sequence }) => {
    const found = metadatas
      .filter((metadata) => metadata.tableName === table && (metadata.schema ?? schema) === schema)
      .flatMap((metadata) => {
        const key = metadata.columns.find(({ databaseName }) => databaseName === column)
        return key ? [{ name: metadata.name, key }] : []
      })
    const generated = found.filter(({ key }) => key.isGenerated)
    const plain = found.filter(
      ({ key }) => !key.isGenerated && key.isPrimary && key.default === undefined,
    )
    return {
      schema,
      table,
      column,
      ...(sequence ? { sequence: { schema: sequence.schema, name: sequence.name } } : {}),
      entities: found.map(({ name }) => name),
      property: found[0]?.key.propertyName ?? column,
      // A string: the typings omit 'identity'.
      honoured: generated.some(({ key }) => (key.generationStrategy as string) === 'identity'),
      plain: generated.length > 0 ? plain.map(({ name }) => name) : [],
    }
  })
}
