import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { Client } from 'pg'

// To be loaded before what calls these: kills this process at the n-th of a kind of call, as DEADLY says: `commit:amid:3`.
const [CALL, SIDE, COUNT] = process.env.DEADLY?.split(':') ?? []
let left = Number(COUNT)

/** Carries a call out, and dies with it if it is the one. */
function carryOut<T>(call: string, work: () => T): T {
  if (call !== CALL) return work()
  left -= 1
  if (left !== 0) return work()
  if (SIDE === 'before') die()
  const result = work()
  if (SIDE === 'amid') die()
  Promise.resolve(result).then(die, die)
  return result
}

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

const query = Reflect.get(Client.prototype, 'query') as (...args: unknown[]) => unknown
Client.prototype.query = function (this: Client, ...args: unknown[]): unknown {
  const send = () => query.apply(this, args)
  return args[0] === 'commit' ? carryOut('commit', send) : send()
} as typeof Client.prototype.query

const { open, rename, rm, rmdir } = files
Object.assign(files, {
  async open(...args: Parameters<typeof open>) {
    const handle = await open(...args)
    const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<unknown>
    const datasync = handle.datasync.bind(handle)
    // The dead letters alone are opened like this.
    const safe = args[1] === 'a+' ? 'letters' : 'datasync'
    return Object.assign(handle, {
      write: (...written: unknown[]) => carryOut('write', () => write(...written)),
      datasync: () => carryOut(safe, () => datasync()),
    })
  },
  rename: (...args: Parameters<typeof rename>) => carryOut('rename', () => rename(...args)),
  rm: (...args: Parameters<typeof rm>) => carryOut('rm', () => rm(...args)),
  rmdir: (...args: Parameters<typeof rmdir>) => carryOut('rmdir', () => rmdir(...args)),
})
syncBuiltinESMExports()
