import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { isIP, type AddressInfo } from 'node:net'
import { quoted, sqlstateOf } from '../db/sqlstate'
import { UsageError } from '../errors'
import { pageOf, plain, type Page, type Pages } from './pages'

/** A server of the pages. */
export interface Served {
  readonly address: string
  close(): Promise<void>
}

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  // The report is one page with its styles and scripts in it, and loads nothing.
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/

/**
 * Serves the pages over HTTP.
 *
 * @throws {UsageError} when it cannot listen there.
 */
export async function serve(pages: Pages, host: string, port: number): Promise<Served> {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000 },
    (request, response) => {
      void answer(request, pages, host).then((page) => {
        send(request, response, page)
      })
    },
  )
  // A client that asks and never reads.
  server.timeout = 30_000
  server.maxConnections = 100
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(notListening(cause, host, port))
    })
    server.listen(port, host, resolve)
  })
  const bound = server.address() as AddressInfo
  return {
    address: `http://${authority(host, bound.port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

async function answer(request: IncomingMessage, pages: Pages, host: string): Promise<Page> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return plain(405, 'GET and HEAD alone.')
  // A page of elsewhere may have a name of its own resolve to 127.0.0.1, and read what is served there.
  if (LOOPBACK.test(host) && !isLocal(request.headers.host ?? '')) {
    return plain(403, 'Ask by the name localhost, 127.0.0.1 or [::1].')
  }
  try {
    const [path = ''] = (request.url ?? '').split('?')
    return await pageOf(path, pages)
  } catch {
    return plain(500, 'The page could not be made.')
  }
}

function isLocal(authority: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(authority)
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, body }: Page,
): void {
  const headers = { ...HEADERS, 'content-type': type, 'content-length': Buffer.byteLength(body) }
  response.writeHead(status, status === 405 ? { ...headers, allow: 'GET, HEAD' } : headers)
  response.end(request.method === 'HEAD' ? undefined : body)
}

function authority(host: string, port: number): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${String(port)}`
}

function notListening(cause: unknown, host: string, port: number): UsageError {
  const why = {
    EADDRINUSE: 'the port is taken. Use another --port, or --port 0 for any that is free.',
    EACCES: 'the port is not ours to take. Use a --port of 1024 or more.',
    EADDRNOTAVAIL: 'this machine has no such address. Use another --host.',
    ENOTFOUND: 'the host name is not known. Use another --host.',
  }[sqlstateOf(cause) ?? '']
  const sentence = why ?? `${quoted(cause)}. Use another --host or --port.`
  return new UsageError(`Cannot serve on ${authority(host, port)}: ${sentence}`, { cause })
}
