import { addressOf, serverName } from '../db/connect'

/** One database of a fleet. */
export interface FleetTarget {
  /** What to call it in reports. Default: its server, as `host:port`. */
  readonly name?: string | undefined
  /** Its URL, or that of another database of its server. */
  readonly url: string
  /** The database, where it is not the URL's. */
  readonly database?: string | undefined
}

/** How reports name a target: no password is in it. */
export interface TargetLabel {
  /** The name it was given, else `host:port`. */
  readonly target: string
  readonly database: string
}

/**
 * Returns how reports name a target.
 *
 * @throws {UsageError} when its URL is malformed.
 */
export function labelOf({ name, url, database }: FleetTarget): TargetLabel {
  const address = addressOf(url)
  return {
    target: name ?? serverName(address),
    database: database ?? address.database ?? '',
  }
}

/** Returns a key that two targets share where they are one database; the names of one server are not resolved. */
export function databaseKey({ url, database }: FleetTarget): string {
  const address = addressOf(url)
  return JSON.stringify([serverName(address).toLowerCase(), database ?? address.database])
}
