import type { EntityMetadata } from 'typeorm'
import { quoteIdentifier, quoteQualified } from '../../db/quoting'

/** Returns an entity's table, as SQL names it. */
export function tableOf({ schema, tableName }: EntityMetadata): string {
  return quoteQualified(schema, tableName)
}

/** Returns how SQL names the columns of an entity's properties. */
export function columnsOf<Property extends string>(
  metadata: EntityMetadata,
  properties: readonly Property[],
): Record<Property, string> {
  const names = properties.map((property) => {
    const name = metadata.findColumnWithPropertyName(property)?.databaseName ?? property
    return [property, quoteIdentifier(name)] as const
  })
  return Object.fromEntries(names) as Record<Property, string>
}
