/** The SQLSTATEs that decide something here; names from PostgreSQL's Appendix A. */
export const SQLSTATE = {
  protocolViolation: '08P01',
  invalidPassword: '28P01',
  invalidAuthorization: '28000',
  unknownDatabase: '3D000',
  insufficientPrivilege: '42501',
  invalidSchemaName: '3F000',
  uniqueViolation: '23505',
  numericValueOutOfRange: '22003',
  noTransaction: '25P01',
  failedTransaction: '25P02',
  undefinedTable: '42P01',
  undefinedColumn: '42703',
  undefinedObject: '42704',
  invalidColumnReference: '42P10',
  featureNotSupported: '0A000',
  wrongObjectType: '42809',
  lockNotAvailable: '55P03',
  objectNotInPrerequisiteState: '55000',
  queryCanceled: '57014',
  internalError: 'XX000',
} as const

/** Returns the SQLSTATE (or Node's error code, for a socket) that an error from pg or TypeORM carries. */
export function sqlstateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** What the server says as it ends a session, or pg and TypeORM of one that has ended; Node's codes are a socket's. */
const LOST_CODES =
  /^(57P0[1-5]|25P03|08\w{3}|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT)$/
const LOST_MESSAGES =
  /^Connection terminated|not queryable|^Client was closed|Query runner already released|^the server gave no answer/

/** How the error begins that ends the wait for a server that has gone silent. */
export const NO_ANSWER = 'the server gave no answer'

/** Tells whether an error means that the connection is gone, and every later query on it will fail. */
export function isConnectionLost(error: unknown): boolean {
  return LOST_CODES.test(sqlstateOf(error) ?? '') || LOST_MESSAGES.test(messageOf(error))
}

/** Returns an error's message and code, for the inside of a sentence. */
export function quoted(error: unknown): string {
  const code = sqlstateOf(error)
  const message = messageOf(error).replace(/\.$/, '')
  return code === undefined ? message : `${message} (${code})`
}

/** Returns an error's message, or its name where it has none; for anything else that was thrown, its text. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? error.name : error.message
}
