import type { DataSource } from 'typeorm'
import { isDataSource, type Target } from '../db/session'
import { tableKey } from '../db/table-name'
import type { Timeouts } from '../db/transaction'
import { DataSourceError, UnknownEntityError, UsageError } from '../errors'
import { readEntityTables } from '../metadata/entities'
import { surveyEntities, type PassedOver } from '../metadata/generated-columns'
import { selectEntities } from '../metadata/select-entities'
import { readDatabaseTables, type SelectedTables } from './database-tables'
import { NO_MIGRATIONS_TABLE } from './migrations-table'
import { resyncTables, type ResyncTable } from './resync-table'

/** Which tables to write for. */
export interface TableSelection {
  /** The entities to write for. With neither these nor `tables` nor `allTables`: every one that has a generated key. */
  readonly entities?: readonly string[] | undefined
  /** Tables to write for, whether an entity stands for them or not: `[schema.]table`. Asks the database. */
  readonly tables?: readonly string[] | undefined
  /** Writes for every table in which a sequence feeds a column. Asks the database. Default: false. */
  readonly allTables?: boolean | undefined
  /** With `allTables`, only those of these schemas. */
  readonly schemas?: readonly string[] | undefined
  /** Writes only for those of them that are behind now. Asks the database. Default: false. */
  readonly drifted?: boolean | undefined
}

/** Finds the selected tables: from the entities alone, unless the database has to be asked. */
export async function selectTables(
  target: Target,
  {
    entities = [],
    tables,
    allTables = false,
    schemas,
    drifted = false,
    ...timeouts
  }: TableSelection & Timeouts,
): Promise<SelectedTables> {
  const wantsEntities = entities.length > 0 || (tables === undefined && !allTables)
  if (schemas && !allTables) {
    throw new UsageError('Cannot choose schemas of some tables. Use --schema with --all-tables.')
  }
  if (wantsEntities && !isDataSource(target)) {
    throw new UsageError(
      'Cannot find the entities: they need a DataSource. Use --data-source FILE, or --table or --all-tables.',
    )
  }
  const survey = isDataSource(target) ? await surveyEntities(target) : null
  if (wantsEntities && survey?.generated.length === 0 && survey.passedOver.length === 0) {
    throw new DataSourceError(
      'Cannot find entities: the DataSource has none. Nothing was written. Look whether the patterns in its entities match files from this folder.',
    )
  }
  const known = resyncTables(survey?.generated ?? [])
  const entityTables =
    wantsEntities && isDataSource(target)
      ? await namedTables(target, entities, known, survey?.passedOver ?? [])
      : []
  if (tables === undefined && !allTables && !drifted) {
    return { tables: entityTables, unknown: [], migrations: NO_MIGRATIONS_TABLE }
  }
  const found = await readDatabaseTables(target, {
    entityTables,
    known,
    tables,
    allTables,
    schemas,
    drifted,
    timeouts: { lockTimeout: timeouts.lockTimeout, statementTimeout: timeouts.statementTimeout },
  })
  if (drifted) return found
  const both = [...entityTables, ...found.tables]
  return { ...found, tables: [...new Map(both.map((table) => [tableKey(table), table])).values()] }
}

/** The tables of the named entities: one without a generated key stands for its table, whose key another may generate. */
async function namedTables(
  dataSource: DataSource,
  entities: readonly string[],
  known: readonly ResyncTable[],
  passedOver: readonly PassedOver[],
): Promise<readonly ResyncTable[]> {
  if (entities.length === 0) return known
  const tables = new Map(known.map((table) => [tableKey(table), table]))
  const entityTables = await readEntityTables(dataSource)
  const found = entities.flatMap((name) => {
    const reason = passedOver.find(({ entity }) => entity === name)?.reason
    const namesakes =
      reason === undefined
        ? selectEntities(entityTables, [name])
        : entityTables.filter(({ entity }) => entity === name)
    const generated = namesakes.flatMap((table) => tables.get(tableKey(table)) ?? [])
    if (generated.length > 0) return generated
    throw new UnknownEntityError(
      `Cannot write a resync for entity "${name}": ${reason ?? 'nothing in it is generated from a sequence'}. Nothing was written. Use --list to see what there is.`,
    )
  })
  return [...new Set(found)]
}
