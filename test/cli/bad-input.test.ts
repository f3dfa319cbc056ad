import { randomBytes } from 'node:crypto'
import { connect, createServer, type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { bin } from '../support/run'

const database = useDatabase()
const PASSWORD = randomBytes(12).toString('hex')

/** Runs a command that must fail, and returns its only line. */
async function failure(...args: string[]): Promise<string> {
  const ran = await resync(args)
  expect({ exitCode: ran.exitCode, out: ran.out }).toEqual({ exitCode: 2, out: '' })
  expect(ran.err).not.toContain(PASSWORD)
  return ran.err
}

describe('a connection that cannot be made', () => {
  it('nothing listens', async () => {
    expect(await failure('verify', '--url', `postgres://app:${PASSWORD}@127.0.0.1:1/shop`)).toBe(
      'Cannot connect to 127.0.0.1:1: nothing listens there. Nothing was changed.',
    )
  })

  it('the server never answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    const { port } = silent.address() as AddressInfo
    expect(
      await failure('apply', '--url', `postgres://app:${PASSWORD}@127.0.0.1:${String(port)}/shop`),
    ).toBe(`Cannot connect to 127.0.0.1:${String(port)}: no answer in time. Nothing was changed.`)
    silent.close()
  })

  it('the password is wrong', async () => {
    const url = new URL(database.urlFor('postgres', PASSWORD))
    expect(await failure('verify', '--url', url.href)).toBe(
      `Cannot connect to 127.0.0.1:${url.port}: it does not accept role "postgres" with the password given (password authentication failed for user "postgres"). Nothing was changed.`,
    )
  })

  it('the password is missing', async () => {
    const url = new URL(database.url)
    url.password = ''
    expect(await failure('verify', '--url', url.href)).toBe(
      `Cannot connect to 127.0.0.1:${url.port}: it asks for a password, and none is given. Nothing was changed.`,
    )
  })

  it('the password is missing: it hangs up, and leaves the server waiting for none', async () => {
    const url = new URL(database.url)
    const server = { host: url.hostname, port: Number(url.port) }
    const hungUp = new Promise<void>((resolve) => {
      const between = createServer((socket) => {
        socket.on('end', resolve).on('error', resolve)
        socket.pipe(connect(server)).pipe(socket)
        between.close()
      }).listen(0, '127.0.0.1', () => {
        url.port = String((between.address() as AddressInfo).port)
        url.password = ''
        void failure('verify', '--url', url.href)
      })
    })
    // The server itself hangs up after its authentication_timeout, a minute.
    await hungUp
  }, 30_000)

  it('the database is missing', async () => {
    const url = database.url.replace(database.name, 'nowhere')
    expect(await failure('verify', '--url', url)).toBe(
      `Cannot connect to 127.0.0.1:${new URL(url).port}: it has no database "nowhere". Nothing was changed.`,
    )
  })

  it('the URL is malformed', async () => {
    const message =
      'Cannot read the database URL: expected postgres://user:password@host:5432/database, with special characters percent-encoded. Nothing was changed.'
    expect(await failure('verify', '--url', `app:${PASSWORD}@db/shop`)).toBe(message)
    expect(await failure('verify', '--url', `postgres://app:${PASSWORD}@db:port/shop`)).toBe(
      message,
    )
    for (const cut of ['/', '?', '#']) {
      const url = `postgres://user:12${cut}${PASSWORD}@host/db?sslmode=require`
      expect(await failure('verify', '--url', url)).toBe(message)
    }
    expect(await failure('verify', '--url', `mysql://app:${PASSWORD}@db/shop`)).toBe(message)
  })

  it('the URL asks for TLS, and the server has none', async () => {
    expect(await failure('verify', '--url', `${database.url}?sslmode=verify-full`)).toBe(
      `Cannot connect to 127.0.0.1:${new URL(database.url).port}: The server does not support SSL connections. Nothing was changed.`,
    )
  })

  it('a DataSource cannot connect, with --debug too: no password, and the process ends', async () => {
    const url = `postgres://app:${PASSWORD}@127.0.0.1:1/shop`
    const ran = await bin(['--debug', 'verify', '-d', 'test/fixtures/data-source.ts'], {
      env: { FIXTURE_URL: url },
    })
    expect(ran).toMatchObject({ exitCode: 2, out: '' })
    expect(ran.err).toContain(
      'Cannot connect to 127.0.0.1:1: nothing listens there. Nothing was changed.\n',
    )
    expect(ran.err).toContain('Caused by: ')
    expect(ran.err).not.toContain(PASSWORD)
  })
})

describe('a DataSource that cannot be used', () => {
  it('the file is missing', async () => {
    expect(await failure('verify', '-d', 'nowhere.ts')).toBe(
      'Cannot load "nowhere.ts": there is no such file. Use another --data-source FILE, or --url URL.',
    )
  })

  it('the file throws', async () => {
    expect(await failure('verify', '-d', 'test/fixtures/throwing-data-source.ts')).toBe(
      'Cannot load "test/fixtures/throwing-data-source.ts": no configuration here. Nothing was changed.',
    )
  })

  it('the file exports none, or two', async () => {
    expect(await failure('verify', '-d', 'test/fixtures/no-data-source.ts')).toBe(
      'Cannot load "test/fixtures/no-data-source.ts": found 0 DataSource exports, expected 1. Export one as default.',
    )
    expect(await failure('verify', '-d', 'test/fixtures/two-data-sources.ts')).toBe(
      'Cannot load "test/fixtures/two-data-sources.ts": found 2 DataSource exports (primary, reporting), expected 1. Export one as default.',
    )
  })

  it('it is not for PostgreSQL', async () => {
    const message =
      'Cannot work on a DataSource of type "cockroachdb": only "postgres" has the sequences this is about. Nothing was changed.'
    expect(await failure('verify', '-d', 'test/fixtures/cockroach-data-source.ts')).toBe(message)
    expect(await failure('generate', '-d', 'test/fixtures/cockroach-data-source.ts', '--all')).toBe(
      message,
    )
  })

  it('none is named, or both a file and a URL', async () => {
    expect(await failure('verify')).toBe(
      'Cannot choose a database: none is named. Use --data-source FILE or --url URL, or set DATABASE_URL.',
    )
    expect(await failure('verify', '-d', 'x.ts', '--url', 'postgres://x')).toBe(
      'Cannot use --data-source and --url together: each names a database. Use one of them.',
    )
  })
})

describe('a selection that finds nothing', () => {
  it('names the nearest tables', async () => {
    await database.query(
      'create table invoices (id serial); create schema billing; create table billing.orders (id serial)',
    )
    expect(await failure('apply', '--url', database.url, '--table', 'invoice')).toBe(
      'Cannot find table "invoice" in the database. Nearest: public.invoices. Nothing was changed.',
    )
    expect(await failure('apply', '--url', database.url, '--table', 'public.orders')).toBe(
      'Cannot find table "public"."orders" in the database. Nearest: billing.orders. Nothing was changed.',
    )
  })

  it('names a table that is spelt in another case', async () => {
    await database.query(
      'create table "UserAccount" (id serial); create schema s; create table s.t (id serial)',
    )
    expect(await failure('verify', '--url', database.url, '--table', 'useraccount')).toBe(
      'Cannot find table "useraccount" in the database. Nearest: public.UserAccount. Nothing was changed.',
    )
  })

  it('says when a table is not in the schemas that were selected', async () => {
    expect(
      await failure('verify', '--url', database.url, '--table', 'invoices', '--schema', 'billing'),
    ).toBe(
      'Cannot look at "public"."invoices": it is in none of the schemas that were selected. Nothing was changed.',
    )
  })

  it('says when no sequence feeds the table', async () => {
    await database.query('create table keys (id uuid)')
    expect(await failure('verify', '--url', database.url, '--table', 'keys')).toBe(
      'Cannot find a sequence behind "public"."keys": no column draws its default from one. Nothing was changed.',
    )
  })

  it('one of several tables has none, or a schema is misspelt: that is not ok', async () => {
    expect(await failure('verify', '--url', database.url, '--table', 'invoices', 'keys')).toBe(
      'Cannot find a sequence behind "public"."keys": no column draws its default from one. Nothing was changed.',
    )
    expect(await failure('verify', '--url', database.url, '--schema', 'bilings')).toBe(
      'Cannot find schema "bilings" in the database. Nearest: billing. Nothing was changed.',
    )
  })

  it('an entity needs its DataSource, and a table name its form', async () => {
    expect(await failure('verify', '--url', database.url, '--entity', 'User')).toBe(
      'Cannot select an entity without its DataSource. Use --data-source FILE, or --table [schema.]table instead of --entity.',
    )
    expect(await failure('verify', '--url', database.url, '--table', 'a.b.c')).toBe(
      'Cannot read table name "a.b.c": expected [schema.]table, with "double quotes" around a part that holds a dot.',
    )
  })
})

describe('an option that is wrong', () => {
  it.each([
    [
      ['verify', '--format', 'xml'],
      'Cannot use --format "xml": expected table or json or prometheus or nagios. Nothing was changed.',
    ],
    [
      ['verify', '--lock-timeout', '5'],
      'Cannot use --lock-timeout "5": expected a time such as 500ms, 5s or 1min. Nothing was changed.',
    ],
    [
      ['verify', '--lock-timeout', '0s'],
      'Cannot use --lock-timeout "0s": expected a time such as 500ms, 5s or 1min. Nothing was changed.',
    ],
    [
      ['verify', '--lock-timeout', '99999999min'],
      'Cannot use --lock-timeout "99999999min": expected a time such as 500ms, 5s or 1min. Nothing was changed.',
    ],
    [
      ['apply', '--max-gap', '-1'],
      'Cannot use --max-gap "-1": expected a whole number, 0 or more. Nothing was changed.',
    ],
    [
      ['verify', '--fail-on', 'late'],
      'Cannot use --fail-on "late": expected a list of behind, unknown, fault and headroom=PERCENT. Nothing was changed.',
    ],
    [
      ['verify', '--targets', 'x', '--include-database', 'shop', ''],
      'Cannot use --include-database "shop" "": expected a list of patterns, one at least. Nothing was changed.',
    ],
    [
      ['generate', '--timestamp', '17'],
      'Cannot use --timestamp "17": expected milliseconds since 1970, 13 digits. Nothing was changed.',
    ],
    [
      ['verify', '--nowhere'],
      `Cannot read the command: unknown option '--nowhere'. Nothing was changed. Run: typeorm-resync --help`,
    ],
    [
      ['verfy'],
      `Cannot read the command: unknown command 'verfy' (did you mean verify?). Nothing was changed. Run: typeorm-resync --help`,
    ],
  ])('%j', async (args, message) => {
    expect(await failure(...args)).toBe(message)
  })
})
