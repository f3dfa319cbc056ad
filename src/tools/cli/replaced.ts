import type { Client } from 'pg'
import { connect } from '../db/connect'
import { messageOf } from '../db/sqlstate'
import { UsageError } from '../errors'
import { resolved } from '../fleet/parse-targets'
import type { CommandTerminal } from './terminal'

/**
 * Gives `work` a connection to the database that is replaced, and closes it afterwards.
 *
 * @param address - its URL, or `env:NAME` for one that stands in an environment variable
 * @throws {UsageError} when that is not set or malformed.
 * @throws {ConnectionError} when its server cannot be reached or does not let us in.
 */
export async function withReplaced<T>(
  address: string,
  option: '--from' | '--against',
  { env }: CommandTerminal,
  work: (source: Client) => Promise<T>,
): Promise<T> {
  const source = await connect(urlOf(address, option, env))
  try {
    return await work(source)
  } finally {
    await source.end().catch(() => undefined)
  }
}

function urlOf(address: string, option: string, env: CommandTerminal['env']): string {
  try {
    return resolved(address, env)
  } catch (cause) {
    // What stands there is not repeated: it may be a URL with its password.
    throw new UsageError(`Cannot use ${option}: ${messageOf(cause)}. Nothing was changed.`, {
      cause,
    })
  }
}
