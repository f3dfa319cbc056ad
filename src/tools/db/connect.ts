import { Client, Pool, type ClientConfig } from 'pg'
import { parse, toClientConfig } from 'pg-connection-string'
import { ConnectionError, UsageError } from '../errors'
import { quoteIdentifier } from './quoting'
import { messageOf, SQLSTATE, sqlstateOf } from './sqlstate'

/** How the server knows our sessions. */
export const APPLICATION_NAME = 'typeorm-resync'

/** How long to wait for a server to answer, in milliseconds. */
export const CONNECT_TIMEOUT = 10_000

/**
 * Connects to the database of a URL (`postgres://user@host:5432/database?sslmode=…`).
 *
 * @param timeoutMillis - how long to wait for the server to answer; default: 10,000
 * @throws {UsageError} when the URL is malformed. It is not repeated: it may hold a password.
 * @throws {ConnectionError} when the server cannot be reached or does not let us in.
 */
export async function connect(url: string, timeoutMillis = CONNECT_TIMEOUT): Promise<Client> {
  const client = clientFor(url, timeoutMillis)
  // A connection lost between two queries: the next query reports it.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    // The server would keep the half-open connection, and this process alive with it, until its authentication_timeout.
    client.end().catch(() => undefined)
    throw connectionError(cause, {
      host: client.host,
      port: client.port,
      user: client.user,
      database: client.database,
    })
  }
  return client
}

/**
 * Connects to the database of a URL, and returns a pool that opens up to `most` connections as they are asked for.
 *
 * @param another - the database to connect to instead of the URL's own
 * @throws what `connect` throws, of the first one.
 */
export async function connectPool(url: string, most: number, another?: string): Promise<Pool> {
  const address = addressOf(url)
  const opened: Client[] = []
  class Remembered extends Client {
    constructor(config?: ClientConfig) {
      super(config)
      opened.push(this)
    }
  }
  const pool = new Pool({
    ...configOf(url, CONNECT_TIMEOUT, another),
    max: most,
    Client: Remembered,
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    const first = await pool.connect()
    first.release()
  } catch (cause) {
    pool.end().catch(() => undefined)
    // The pool forgets one that was not let in, and it would stay half-open, as above.
    for (const client of opened) client.end().catch(() => undefined)
    throw connectionError(cause, { ...address, database: another ?? address.database })
  }
  return pool
}

/**
 * Returns where a URL leads, with what pg takes from the environment where the URL leaves it out.
 *
 * @throws {UsageError} when the URL is malformed.
 */
export function addressOf(url: string): Address {
  const { host, port, user, database } = clientFor(url, CONNECT_TIMEOUT)
  return { host, port, user, database }
}

/** Returns `host:port`, as messages name a server. */
export function serverName({ host, port }: Pick<Address, 'host' | 'port'>): string {
  const name = host?.includes(':') ? `[${host}]` : host
  return name === undefined ? 'the server' : `${name}:${String(port ?? 5432)}`
}

function clientFor(url: string, timeoutMillis: number): Client {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  // An @ after the host: a slash, ? or # in the password was not encoded, and its beginning would be taken for the port or the host.
  const afterHost = parsed && `${parsed.pathname}${parsed.search.replace(/=.*/s, '')}${parsed.hash}`
  if (!parsed || !/^postgres(?:ql)?:$/.test(parsed.protocol) || afterHost?.includes('@')) {
    throw new UsageError(
      'Cannot read the database URL: expected postgres://user:password@host:5432/database, with special characters percent-encoded. Nothing was changed.',
    )
  }
  try {
    return new Client(configOf(url, timeoutMillis))
  } catch (cause) {
    // A certificate file that cannot be read, or an option that pg does not know.
    throw new UsageError(
      `Cannot use the options of the database URL: ${messageOf(cause)}. Nothing was changed.`,
    )
  }
}

function configOf(url: string, timeoutMillis: number, another?: string): ClientConfig {
  return {
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: Math.min(timeoutMillis, CONNECT_TIMEOUT),
    // Or a network that died in silence would be waited for without end.
    keepAlive: true,
    // No URL names every database: pg decodes neither %23 nor %3F.
    ...(another === undefined
      ? { connectionString: url }
      : { ...toClientConfig(parse(url)), database: another }),
  }
}

/** Where a connection was tried. */
export interface Address {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly user: string | undefined
  readonly database: string | undefined
}

/** Says why a connection failed, without its password. */
export function connectionError(
  cause: unknown,
  { host, port, user, database }: Address,
): ConnectionError {
  return new ConnectionError(
    `Cannot connect to ${serverName({ host, port })}: ${explain(cause, { user, database })}. Nothing was changed.${grant(cause, { user, database })}`,
    { cause },
  )
}

/** What lets a role in that the database keeps out. Others are kept out by a parameter that they may not set. */
function grant(cause: unknown, { user, database }: Pick<Address, 'user' | 'database'>): string {
  const isKeptOut = sqlstateOf(cause) === SQLSTATE.insufficientPrivilege
  // The function of the server that asks for CONNECT: the message is in its language.
  if (!isKeptOut || (cause as { routine?: unknown }).routine !== 'CheckMyDatabase') return ''
  return ` Run: GRANT CONNECT ON DATABASE ${quoteIdentifier(String(database))} TO ${quoteIdentifier(String(user))}`
}

function explain(cause: unknown, { user, database }: Pick<Address, 'user' | 'database'>): string {
  switch (sqlstateOf(cause)) {
    case SQLSTATE.invalidPassword:
    case SQLSTATE.invalidAuthorization:
      return `it does not accept role "${String(user)}" with the password given (${messageOf(cause)})`
    case SQLSTATE.unknownDatabase:
      return `it has no database "${String(database)}"`
    case SQLSTATE.insufficientPrivilege:
      return `it does not let role "${String(user)}" into database "${String(database)}" (${messageOf(cause)})`
    case 'ECONNREFUSED':
      return 'nothing listens there'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name is not known'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'the host cannot be reached'
    case SQLSTATE.protocolViolation:
      // A pooler's, which may name a parameter such as statement_timeout.
      return messageOf(cause).replace(/\.$/, '')
    default:
      return explainMessage(messageOf(cause))
  }
}

/** pg's own failures carry no code. */
function explainMessage(message: string): string {
  if (/timeout/i.test(message)) return 'no answer in time'
  if (message.includes('client password must be a string'))
    return 'it asks for a password, and none is given'
  return message.replace(/\.$/, '')
}
