import { afterAll, afterEach, beforeAll } from 'vitest'
import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm'
import { ContentTypeDetectionTelemetry } from '../../src/entities/content-type-detection-telemetry'
import { ExtractionTelemetryV2 } from '../../src/entities/extraction-telemetry-v2'
import { HttpErrorSummary } from '../../src/entities/http-error-summary'
import { AdoptTelemetryTables1795392000000 } from '../../src/migrations/1795392000000-AdoptTelemetryTables'
import { IndexEventUid1795392000004 } from '../../src/migrations/1795392000004-IndexEventUid'
import { resyncSequences } from '../../src/tools/sequences/resync'
import type { TestDatabase } from '../support/database'
import { HostileEvent } from './hostile-event'

export const TELEMETRY = [ExtractionTelemetryV2, HttpErrorSummary, ContentTypeDetectionTelemetry]

/** The DataSource of a test file, on its database. */
export interface TestSource {
  current(): DataSource
  /** Another, closed after the file. */
  open(options?: Partial<DataSourceOptions>): Promise<DataSource>
  /** A session of its own, given back after the test. */
  runner(): QueryRunner
}

/** Opens a DataSource on the `incident` database, whose tables are adopted and whose sequences are repaired; and makes the table of the hostile event. */
export function useTelemetry(database: TestDatabase): TestSource {
  const opened: DataSource[] = []
  const runners: QueryRunner[] = []

  const open = async (options: Partial<DataSourceOptions> = {}) => {
    const source = new DataSource({
      type: 'postgres',
      url: database.url,
      entities: [...TELEMETRY, HostileEvent],
      migrations: [AdoptTelemetryTables1795392000000, IndexEventUid1795392000004],
      ...options,
    } as DataSourceOptions)
    opened.push(source)
    return source.initialize()
  }
  const current = () => {
    const [source] = opened
    if (!source) throw new Error('The DataSource is opened before the first test.')
    return source
  }

  beforeAll(async () => {
    const source = await open()
    await source.runMigrations()
    await resyncSequences(source, {})
    await source.query('create schema if not exists "Sales EU"')
    await source.synchronize()
  })

  afterEach(async () => {
    for (const runner of runners.splice(0)) await runner.release()
  })

  afterAll(async () => {
    for (const source of opened) if (source.isInitialized) await source.destroy()
  })

  return {
    current,
    open,
    runner() {
      const runner = current().createQueryRunner()
      runners.push(runner)
      return runner
    },
  }
}
