import { Logger } from '@nestjs/common'
import { DataSource, type DataSourceOptions } from 'typeorm'
import { guardDataSource } from 'typeorm-resync'

/** Makes the application's DataSource, whose inserts heal. Nest calls it again for each try to connect. */
export async function guardedDataSource(options?: DataSourceOptions): Promise<DataSource> {
  if (!options) throw new Error('Pass the options of the DataSource.')
  const logger = new Logger('SequenceGuard')
  const dataSource = new DataSource(options)
  guardDataSource(dataSource, {
    onRepair: ({ schema, table, column, before, after }) => {
      logger.warn(
        `The sequence of ${schema}.${table}.${column} was behind: ${String(before)} is now ${String(after)}.`,
      )
    },
    onRefuse: ({ reason }) => {
      logger.error(reason)
    },
    onOpen: ({ reason }) => {
      logger.error(reason)
    },
  })
  return dataSource.initialize()
}
