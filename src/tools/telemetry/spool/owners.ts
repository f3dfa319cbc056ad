import { createHash } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { SpoolError } from '../../errors'
import { codeOf } from './files'
import { timeOf } from './folder-name'

/** A socket's path is at most 107 bytes on Linux, 103 on macOS; some systems take fewer. */
const MAX_SOCKET_PATH = 100
const SOCKET = /^([0-9a-f]{20})\.sock$/
const UNNAMED = /^([0-9a-f]{20})\.new$/
/** A socket that has no name by then is of a process that was killed before it gave it one. */
const BINDING_MILLIS = 3_600_000

/** Says which processes live, by ids that they gave themselves. */
export interface Owners {
  /** Makes it known that the process with this id lives, until it ends, however it ends; returns what ends that before. */
  claim(folder: string, id: string): Promise<() => Promise<void>>
  /** Tells whether the process with this id may live. */
  isAlive(folder: string, id: string): Promise<boolean>
  /** Removes what the dead left of their claims. */
  sweep(folder: string, names: readonly string[]): Promise<void>
}

/**
 * A process listens on a socket as long as it lives: the kernel closes it, also after SIGKILL, and a process that is suspended still has it.
 * A pid would be another process's one day. All have to run on one kernel: a socket on a network file system is dead for other machines.
 */
export const SOCKET_OWNERS: Owners = {
  async claim(folder, id) {
    const path = socketPath(folder, id)
    if (process.platform === 'win32') return closing(await listen(path))
    const bytes = Buffer.byteLength(path)
    if (bytes > MAX_SOCKET_PATH) {
      throw new SpoolError(
        `Cannot open a spool in "${folder}": the path of its socket has ${String(bytes)} bytes, and systems take ${String(MAX_SOCKET_PATH)}. No event was touched. Use a folder with a shorter path.`,
      )
    }
    // Between bind and listen a socket refuses as one of the dead does: it gets its name when it listens.
    const unnamed = join(folder, `${id}.new`)
    const server = await listen(unnamed)
    await rename(unnamed, path)
    const close = closing(server)
    return async () => {
      await close()
      await rm(path, { force: true })
    }
  },
  async isAlive(folder, id) {
    return (await connects(socketPath(folder, id))) !== 'no'
  },
  async sweep(folder, names) {
    if (process.platform === 'win32') return
    for (const name of names) {
      const [, id] = SOCKET.exec(name) ?? []
      const [, unnamed] = UNNAMED.exec(name) ?? []
      const isDead =
        (id !== undefined && (await connects(socketPath(folder, id))) === 'no') ||
        (unnamed !== undefined && Date.now() - timeOf(unnamed) > BINDING_MILLIS)
      if (isDead) await rm(join(folder, name), { force: true })
    }
  },
}

function socketPath(folder: string, id: string): string {
  if (process.platform !== 'win32') return join(folder, `${id}.sock`)
  const where = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  return `\\\\.\\pipe\\typeorm-resync-${where}-${id}`
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  server.unref()
  return server
}

function closing(server: Server): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      server.close(() => {
        resolve()
      })
    })
}

/** Whether somebody listens; where another error than a refusal comes, perhaps: the queue of one that is suspended may be full (EAGAIN). */
async function connects(path: string): Promise<'yes' | 'no' | 'perhaps'> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve('yes')
    })
    socket.once('error', (error) => {
      socket.destroy()
      resolve(/^(ECONNREFUSED|ENOENT)$/.test(codeOf(error) ?? '') ? 'no' : 'perhaps')
    })
  })
}
