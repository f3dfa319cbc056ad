import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What passes through a proxy on its way to the server, and what becomes of the connection: it goes on, is cut before or after the server gets it, or falls silent. */
export type Cut = (chunk: Buffer) => 'no' | 'before' | 'after' | 'silence'

/** A network between a client and its PostgreSQL that fails when it is told to. */
export interface CuttingProxy {
  /** The server's URL, through the proxy. */
  readonly url: string
  /** How many connections were cut. */
  cuts(): number
  close(): Promise<void>
}

/**
 * Starts a proxy on loopback.
 *
 * @param serverUrl - is asked for each connection: a server that was started again listens elsewhere
 * @param cut - is asked for each chunk that a client sends. After a cut neither side hears from the other, so the client cannot know what the server did
 */
export async function startCuttingProxy(serverUrl: () => string, cut: Cut): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let cuts = 0
  const listener = createServer((client) => {
    const { hostname, port } = new URL(serverUrl())
    const server = connect(Number(port), hostname)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => undefined)
    }
    let isCut = false
    client.on('data', (chunk) => {
      if (isCut) return
      const decision = cut(chunk)
      if (decision === 'silence') return
      if (decision !== 'before') server.write(chunk)
      if (decision === 'no') return
      isCut = true
      cuts += 1
      client.destroy()
      // What it was sent it still reads, and carries out.
      server.end()
    })
    server.on('data', (chunk) => {
      if (!isCut) client.write(chunk)
    })
    client.on('close', () => server.end())
    server.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const url = new URL(serverUrl())
  url.port = String((listener.address() as AddressInfo).port)
  return {
    url: url.href,
    cuts: () => cuts,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
