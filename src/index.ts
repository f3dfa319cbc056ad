export type { ByMethod, ExtractionMethod, JsonObject } from './entities/column-types'
export { ContentTypeDetectionTelemetry } from './entities/content-type-detection-telemetry'
export {
  ExtractionTelemetryV2,
  PROXY_STATUSES,
  type ProxyStatus,
} from './entities/extraction-telemetry-v2'
export { HttpErrorSummary } from './entities/http-error-summary'
export type {
  Binding,
  Rights,
  Sequence,
  SequenceColumn,
  SequenceName,
} from './tools/catalog/sequence-column'
export type { Server } from './tools/catalog/server'
export { compareSequences, type CompareOptions, type Comparison } from './tools/cutover/compare'
export type { ComparedSequence, StandingSequence } from './tools/cutover/compared'
export type { ColumnName } from './tools/cutover/match'
export {
  raiseSequences,
  type RaisedSequence,
  type RaiseOptions,
  type Raising,
  type RefusedSequence,
} from './tools/cutover/raise'
export type { PgClient, Target } from './tools/db/session'
export type { Timeouts } from './tools/db/transaction'
export type { Cause, CauseKind, Confidence, Evidence } from './tools/diagnose/cause'
export {
  diagnoseSequences,
  type DiagnosedColumn,
  type DiagnoseOptions,
  type Diagnosis,
} from './tools/diagnose/diagnose'
export { writeTrap, type Trap, type TrapOptions } from './tools/diagnose/trap/write-trap'
export {
  CatalogError,
  ConnectionError,
  DataSourceError,
  InvalidEventError,
  IsolationError,
  OutputError,
  QueueFullError,
  ReadOnlyError,
  ResyncError,
  SpoolError,
  StaleSequenceError,
  StoppedError,
  UnknownEntityError,
  UnknownSchemaError,
  UnknownTableError,
  UnsupportedDatabaseError,
  UnwrittenEventsError,
  UsageError,
  WriterClosedError,
  type ResyncErrorCode,
} from './tools/errors'
export { allDatabases } from './tools/fleet/all-databases'
export { chooseDatabases, type DatabasePatterns } from './tools/fleet/choose-databases'
export type { TargetOutcome } from './tools/fleet/each-target'
export { resyncFleet, verifyFleet, type FleetOptions } from './tools/fleet/fleet'
export { parseTargets } from './tools/fleet/parse-targets'
export type { FleetTarget } from './tools/fleet/target'
export {
  generateResyncMigrations,
  type GeneratedMigration,
  type GenerateOptions,
  type Generation,
} from './tools/generator/generate'
export type { MigrationLanguage } from './tools/generator/render'
export type { ResyncTable } from './tools/generator/resync-table'
export type { TableSelection } from './tools/generator/select-tables'
export { guardDataSource, type Guard } from './tools/guard/guard-data-source'
export type {
  GuardedColumn,
  GuardOptions,
  OpenEvent,
  RefusalEvent,
  RepairEvent,
} from './tools/guard/guard-options'
export { withResync } from './tools/guard/with-resync'
export { forecast, type Forecast } from './tools/history/forecast'
export type { ColumnKey, History, Point } from './tools/history/point'
export { readHistory } from './tools/history/read'
export type { ConstraintPlace, KeyKind } from './tools/logs/constraint-places'
export type { FormatName } from './tools/logs/detect'
export type { Moment } from './tools/logs/hit'
export { isoMoment } from './tools/logs/moment'
export {
  scanLogs,
  type LogFile,
  type LoggedConstraint,
  type LogScan,
  type ScanLogsOptions,
} from './tools/logs/scan-logs'
export type { ConstraintCount, HourCount, Sample as LogSample } from './tools/logs/tally'
export {
  discoverGeneratedColumns,
  surveyEntities,
  type EntitySurvey,
  type GeneratedColumn,
  type GenerationStrategy,
  type PassedOver,
} from './tools/metadata/generated-columns'
export { watchSequences, type SequenceWatch } from './tools/monitor/watch'
export type { Change, Opener, WatchOptions, WatchTarget } from './tools/monitor/watch-options'
export { renderReport, type Report, type ReportColumn } from './tools/report/report'
export { reportSequences, type ReportOptions } from './tools/report/report-sequences'
export { explainColumn } from './tools/sequences/explain'
export type { Fault, FaultKind } from './tools/sequences/faults'
export type { Attended, Progress } from './tools/sequences/progress'
export type { RepairLimits } from './tools/sequences/repair'
export type { Method } from './tools/sequences/repair-sql'
export { resyncSequences, type Resync, type ResyncOptions } from './tools/sequences/resync'
export type { Selection } from './tools/sequences/selection'
export type { RefusedColumn, RepairedColumn } from './tools/sequences/settle'
export type { AssessedColumn, Assessment, Verdict } from './tools/sequences/verdict'
export {
  verifySequences,
  type Verification,
  type VerifiedColumn,
  type VerifyOptions,
} from './tools/sequences/verify'
export type {
  ContentTypeDetectionEvent,
  EventOf,
  ExtractionEvent,
} from './tools/telemetry/accept/event'
export type { RowText } from './tools/telemetry/accepted-event'
export type { DeadLetter } from './tools/telemetry/dead-letters'
export type { WhenFull } from './tools/telemetry/event-queue'
export type { WriterStats } from './tools/telemetry/tally'
export { TelemetryWriter } from './tools/telemetry/telemetry-writer'
export type { Problem, Recovery, WriterHandlers } from './tools/telemetry/writer-events'
export type { ShutdownOptions, WriterOptions } from './tools/telemetry/writer-options'
