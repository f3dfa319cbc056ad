import 'reflect-metadata'
import { join } from 'node:path'
import { DataSource } from 'typeorm'
import { ContentTypeDetectionTelemetry } from './src/entities/content-type-detection-telemetry'
import { ExtractionTelemetryV2 } from './src/entities/extraction-telemetry-v2'
import { HttpErrorSummary } from './src/entities/http-error-summary'
import type { PostgresOptions } from './src/tools/db/postgres-options'
import { EmbeddedDataSource } from './src/tools/embedded/embedded-data-source'

const options: PostgresOptions = {
  type: 'postgres',
  entities: [ExtractionTelemetryV2, HttpErrorSummary, ContentTypeDetectionTelemetry],
  migrations: [join(__dirname, 'src/migrations/*.{ts,js}')],
  // Each in a transaction of its own: its locks end with it, not with the last migration of the deployment.
  migrationsTransactionMode: 'each',
  applicationName: 'typeorm-resync',
  connectTimeoutMS: 10_000,
}

function projectDataSource(): DataSource {
  const url = process.env.DATABASE_URL
  if (url) return new DataSource({ ...options, url })
  if (process.env.NODE_ENV === 'production') {
    throw new Error(
      'Cannot choose a database: NODE_ENV is production and DATABASE_URL is not set. Set DATABASE_URL=postgres://user:password@host:5432/database.',
    )
  }
  return new EmbeddedDataSource(options, join(process.cwd(), '.postgres'), (line) => {
    console.error(line)
  })
}

export default projectDataSource()
