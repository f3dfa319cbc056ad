import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A server behind another name. */
export interface RenamingProxy {
  /** The server's URL, through the proxy. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts a proxy on loopback through which a server's own `name` reads as `other`. A row tells the length of each value, so `other` is cut or padded
 * to the length of `name`.
 */
export async function startRenamingProxy(
  serverUrl: string,
  name: string,
  other: string,
): Promise<RenamingProxy> {
  const { hostname, port } = new URL(serverUrl)
  const shown = other.slice(0, name.length).padEnd(name.length)
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const server = connect(Number(port), hostname)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => undefined)
    }
    client.pipe(server)
    // Bytes, one to one.
    server.on('data', (chunk) => {
      client.write(Buffer.from(chunk.toString('latin1').replaceAll(name, shown), 'latin1'))
    })
    server.on('close', () => client.destroy())
    client.on('close', () => server.destroy())
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const url = new URL(serverUrl)
  url.port = String((listener.address() as AddressInfo).port)
  return {
    url: url.href,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
