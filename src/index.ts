export { ContentTypeDetectionTelemetry } from './entities/content-type-detection-telemetry'
export { ExtractionTelemetryV2 } from './entities/extraction-telemetry-v2'
export { HttpErrorSummary } from './entities/http-error-summary'
export type { PgClient, Target } from './tools/db/session'
export type { Timeouts } from './tools/db/transaction'
export * from './tools/errors'
export {
  generateResyncMigrations,
  type GeneratedMigration,
  type GenerateOptions,
  type Generation,
} from './tools/generator/generate'
export { discoverGeneratedColumns, type GeneratedColumn } from './tools/metadata/generated-columns'
export {
  resyncSequences,
  type RefusedColumn,
  type RepairedColumn,
  type Resync,
  type ResyncOptions,
} from './tools/sequences/resync'
export {
  verifySequences,
  type VerifiedColumn,
  type Verification,
  type VerifyOptions,
} from './tools/sequences/verify'
