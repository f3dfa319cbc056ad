import { DataSource } from 'typeorm'
import {
  ContentTypeDetectionTelemetry,
  ExtractionTelemetryV2,
  HttpErrorSummary,
} from 'typeorm-resync'

const url = process.env.DATABASE_URL
if (!url) throw new Error('Set DATABASE_URL.')

export const dataSource = new DataSource({
  type: 'postgres',
  url,
  entities: [ExtractionTelemetryV2, HttpErrorSummary, ContentTypeDetectionTelemetry],
})
