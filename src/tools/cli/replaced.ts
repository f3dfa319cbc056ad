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
  const source = await connectTo(address, option, env)
  try {
    return await work(source)
  } finally {
    await source.end().catch(() => undefined)
  }
}

async function connectTo(
  address: string,
  option: string,
  env: CommandTerminal['env'],
): Promise<Client> {
  const url = urlOf(address, option, env)
  try {
    return await connect(url)
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause
    // Two databases are named. What stands there is not repeated, but for the name of a variable.
    const named = url === address ? option : `${option} ${address}`
    throw new UsageError(cause.message.replace('the database URL', `the URL of ${named}`), {
      cause,
    })
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
