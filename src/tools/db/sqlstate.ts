/** The SQLSTATEs that decide something here; names from PostgreSQL's Appendix A. */
export const SQLSTATE = {
  invalidPassword: '28P01',
  invalidAuthorization: '28000',
  unknownDatabase: '3D000',
  insufficientPrivilege: '42501',
  undefinedTable: '42P01',
  undefinedObject: '42704',
  lockNotAvailable: '55P03',
  objectNotInPrerequisiteState: '55000',
  queryCanceled: '57014',
} as const

/** Returns the SQLSTATE (or Node's error code, for a socket) that an error from pg or TypeORM carries. */
export function sqlstateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** Returns an error's message, or its name where it has none; for anything else that was thrown, its text. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? error.name : error.message
}
