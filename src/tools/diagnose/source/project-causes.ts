import { isDataSource } from '../../db/session'
import type { Context, Findings } from '../context'
import { scannedColumns } from './scanned-column'
import { scanSource } from './scan-source'

/** Finds the causes that stand in the project's own code. Outside of any transaction: a large project takes seconds to read. */
export async function findInSource({ target, options, columns }: Context): Promise<Findings> {
  if (options.source === undefined) return { found: [], notes: [] }
  const dataSource = isDataSource(target) ? target : null
  const { causes, notes } = await scanSource(
    options.source,
    await scannedColumns(columns, dataSource),
  )
  return { found: causes, notes }
}
