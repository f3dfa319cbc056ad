/** The failures a caller can tell apart; stable, for scripts. */
export type ResyncErrorCode =
  | 'USAGE'
  | 'DATA_SOURCE'
  | 'UNSUPPORTED_DATABASE'
  | 'CONNECTION'
  | 'CATALOG'
  | 'ISOLATION'
  | 'UNKNOWN_ENTITY'
  | 'UNKNOWN_TABLE'
  | 'UNKNOWN_SCHEMA'
  | 'READ_ONLY'
  | 'OUTPUT'
  | 'STOPPED'
  | 'STALE_SEQUENCE'
  | 'INVALID_EVENT'
  | 'QUEUE_FULL'
  | 'SPOOL'
  | 'WRITER_CLOSED'
  | 'UNWRITTEN_EVENTS'

/**
 * The base of every error this library throws. The message says what happened, what state things are in and what to run next;
 * the error underneath, with its SQLSTATE, is `cause`.
 */
export abstract class ResyncError extends Error {
  abstract readonly code: ResyncErrorCode

  // Spelled out: the type `ErrorOptions` is not in the `lib` of every project that compiles against this.
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
  }
}

/** An option that is missing, wrong or in conflict with another. */
export class UsageError extends ResyncError {
  readonly code = 'USAGE'
}

/** A file that should export one DataSource, and cannot be read so. */
export class DataSourceError extends ResyncError {
  readonly code = 'DATA_SOURCE'
}

/** A DataSource or server that is not PostgreSQL. */
export class UnsupportedDatabaseError extends ResyncError {
  readonly code = 'UNSUPPORTED_DATABASE'
}

/** A server that cannot be reached, or does not let us in. */
export class ConnectionError extends ResyncError {
  readonly code = 'CONNECTION'
}

/** A catalog that could not be read: a lock, a timeout, a connection that was lost. */
export class CatalogError extends ResyncError {
  readonly code = 'CATALOG'
}

/** A caller's transaction that does not see what others have committed since it began. */
export class IsolationError extends ResyncError {
  readonly code = 'ISOLATION'
}

/** An entity that the DataSource does not know, or that has no generated key. */
export class UnknownEntityError extends ResyncError {
  readonly code = 'UNKNOWN_ENTITY'
}

/** A table that the database does not hold, or in which no sequence feeds a column. */
export class UnknownTableError extends ResyncError {
  readonly code = 'UNKNOWN_TABLE'
}

/** A schema that the database does not hold. */
export class UnknownSchemaError extends ResyncError {
  readonly code = 'UNKNOWN_SCHEMA'
}

/** A repair asked of a server or session that takes no writes. */
export class ReadOnlyError extends ResyncError {
  readonly code = 'READ_ONLY'
}

/** A file that cannot be written. */
export class OutputError extends ResyncError {
  readonly code = 'OUTPUT'
}

/** Work that its caller's signal ended before there was a result. */
export class StoppedError extends ResyncError {
  readonly code = 'STOPPED'
}

/** A statement that a sequence which is behind would have turned on another's row: it would have overwritten that, or dropped its own. */
export class StaleSequenceError extends ResyncError {
  readonly code = 'STALE_SEQUENCE'
}

/** An event that breaks the rules of its entity; the message names them all. */
export class InvalidEventError extends ResyncError {
  readonly code = 'INVALID_EVENT'
}

/** A queue of events that has no room for another, and is not to wait. */
export class QueueFullError extends ResyncError {
  readonly code = 'QUEUE_FULL'
}

/** A spool that cannot be opened, read or written. */
export class SpoolError extends ResyncError {
  readonly code = 'SPOOL'
}

/** An event given to a writer that was shut down. */
export class WriterClosedError extends ResyncError {
  readonly code = 'WRITER_CLOSED'
}

/** Accepted events that a writer held in memory alone, and could not write before it was shut down. */
export class UnwrittenEventsError extends ResyncError {
  readonly code = 'UNWRITTEN_EVENTS'

  constructor(
    message: string,
    /** How many. */
    readonly unwritten: number,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
  }
}
