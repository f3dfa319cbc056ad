import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll } from 'vitest'

/** A way to a server that can be shut: who is on it is cut off, and who comes is refused. */
export interface Gate {
  /** The server's URL, by way of the gate. */
  url(): string
  open(): Promise<void>
  shut(): Promise<void>
}

/** @param target - the server's own URL, asked for at each connection */
export function useGate(target: () => string): Gate {
  const sockets = new Set<Socket>()
  let port = 0
  const server = createServer((from) => {
    const { hostname, port: to } = new URL(target())
    const on = connect(Number(to), hostname)
    for (const socket of [from, on]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        from.destroy()
        on.destroy()
      })
    }
    from.pipe(on).pipe(from)
  })
  const gate: Gate = {
    url() {
      const url = new URL(target())
      url.port = String(port)
      return url.href
    },
    open: () =>
      new Promise((resolve) => {
        server.listen(port, '127.0.0.1', () => {
          port = (server.address() as AddressInfo).port
          resolve()
        })
      }),
    shut: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        for (const socket of sockets) socket.destroy()
      }),
  }
  afterAll(() => gate.shut())
  return gate
}
