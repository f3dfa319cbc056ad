import { UsageError } from '../../errors'
import { Allowed, Flag, Names, Optional, Text } from '../../options/rules'
import { ColumnFlags, Jobs, selection } from './selectors'

/** The options that say which columns, of one database or of many, and how many connections there may be. */
export class FleetFlags extends ColumnFlags {
  @Jobs()
  readonly jobs: string

  @Optional()
  @Text('a file, or - for standard input')
  readonly targets?: string

  @Optional()
  @Flag()
  readonly allDatabases?: boolean

  @Optional()
  @Names('patterns')
  readonly includeDatabase?: string[]

  @Optional()
  @Names('patterns')
  readonly excludeDatabase?: string[]

  @Optional()
  @Allowed('a whole number, 1 to 9999', (value) => /^[1-9]\d{0,3}$/.test(String(value)))
  readonly maxConnections?: string
}

/**
 * Tells whether many databases are named.
 *
 * @throws {UsageError} when options are given that do not go together.
 */
export function isFleet(flags: FleetFlags): boolean {
  const { targets, allDatabases, dataSource, url, entity } = flags
  const chooser = targets === undefined ? '--all-databases' : '--targets'
  if (targets === undefined && !allDatabases) {
    const { includeDatabase, excludeDatabase, maxConnections } = flags
    const alone = Object.entries({
      '--include-database': includeDatabase,
      '--exclude-database': excludeDatabase,
      '--max-connections': maxConnections,
    }).find(([, value]) => value !== undefined)
    if (!alone) return false
    throw new UsageError(
      `Cannot use ${alone[0]} with one database. Use it with --targets FILE or --all-databases.`,
    )
  }
  if (dataSource !== undefined || entity) {
    throw new UsageError(
      `Cannot use ${entity ? '--entity' : '--data-source'} with ${chooser}: a fleet's databases are named by URL, and a URL knows no entities. Use --table or --schema.`,
    )
  }
  if (targets !== undefined && url !== undefined) {
    throw new UsageError(
      'Cannot use --targets and --url together: each names databases. Use one of them.',
    )
  }
  return true
}

/** @throws {UsageError} when many databases are named: what monitors read tells of one. */
export function assertOneDatabase(flags: FleetFlags & { readonly format: string }): void {
  if (!isFleet(flags)) return
  throw new UsageError(
    `Cannot use --format ${flags.format} with many databases: it tells of one. Run it for each, or use --format json.`,
  )
}

/** Returns what these mean to the library. */
export function fleetOptions(flags: FleetFlags) {
  const { jobs, maxConnections } = flags
  return {
    ...selection(flags),
    jobs: Number(jobs),
    maxConnections: maxConnections === undefined ? undefined : Number(maxConnections),
  }
}
