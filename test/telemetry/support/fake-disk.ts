import { basename, dirname } from 'node:path'
import type { SpoolFile, SpoolFiles } from '../../../src/tools/telemetry/spool/files'
import { FakeFile } from './fake-file'
import { FakeFolder, NameJournal } from './fake-tree'
import type { Random } from './random'

/** What can fail. */
export const OPERATIONS = [
  'create',
  'write',
  'datasync',
  'truncate',
  'syncFolder',
  'rename',
  'remove',
  'read',
] as const

type Operation = (typeof OPERATIONS)[number] | 'other'

/** A disk that keeps what was synced, and of the rest what chance keeps. */
export class FakeDisk {
  /** How often each of them still has to fail, and with which code. */
  readonly faults = new Map<Operation, { times: number; readonly code: string }>()
  /** Whether a refused event may be read: its file could not be cut. */
  isCutFailed = false
  /** After how many operations the machine stops. */
  stopIn = Infinity
  private root = new FakeFolder()
  private journal = new NameJournal()
  private boot = 0
  private stopped = false

  constructor(private readonly random: Random) {}

  get isStopped(): boolean {
    return this.stopped
  }

  stop(): void {
    this.stopped = true
  }

  /** Starts again after a stop; processes are gone, and what they had asked for is never answered. */
  restart(power: 'kept' | 'lost'): void {
    if (power === 'lost') {
      this.journal.lose(this.random)
      this.losePower(this.root)
      this.journal = new NameJournal()
    }
    this.boot += 1
    this.stopped = false
    this.stopIn = Infinity
    this.faults.clear()
  }

  /** The paths of the files, and of folders with nothing in them. */
  paths(folder = this.root, path = ''): string[] {
    return [...folder.names].flatMap(([name, node]) => {
      const inner = node instanceof FakeFolder ? this.paths(node, `${path}/${name}`) : []
      return inner.length > 0 ? inner : [`${path}/${name}`]
    })
  }

  flip(path: string): void {
    const file = this.file(path)
    file.flip(this.random.below(Math.max(file.length, 1)), 1 + this.random.below(255))
  }

  /** The disk as a process sees it that starts now. */
  files(): SpoolFiles {
    const boot = this.boot
    const run = <T>(operation: Operation, work: () => T, torn?: () => void) =>
      this.run(boot, operation, work, torn)
    const spoolFile = (file: FakeFile): SpoolFile => ({
      write: (bytes, at) => {
        const some = () => Math.min(1 + this.random.below(bytes.length), bytes.length)
        const write = (length: number) => {
          file.write(bytes.subarray(0, length), at)
          return length
        }
        const all = this.random.chance(0.9)
        return run(
          'write',
          () => write(all ? bytes.length : some()),
          () => write(some()),
        )
      },
      read: (into, at) => run('read', () => file.read(into, at)),
      truncate: (length) =>
        run(
          'truncate',
          () => {
            file.truncate(length)
          },
          () => (this.isCutFailed = true),
        ),
      datasync: () =>
        run(
          'datasync',
          () => {
            file.sync()
          },
          () => {
            this.isCutFailed ||= file.isCut
            file.failSync(this.random)
          },
        ),
      close: () => run('other', () => undefined),
    })
    return {
      makeFolder: (path) =>
        run('other', () => {
          this.folder(path, true)
        }),
      list: (path) =>
        run('other', () =>
          [...this.folder(path).names].map(([name, node]) => ({
            name,
            isFolder: node instanceof FakeFolder,
          })),
        ),
      create: (path) =>
        run('create', () => {
          const [folder, name] = this.place(path)
          if (folder.names.has(name)) throw failure('EEXIST')
          const node = new FakeFile()
          this.journal.record([{ folder, name, node }])
          return spoolFile(node)
        }),
      open: (path) => run('other', () => spoolFile(this.file(path))),
      size: (path) => run('other', () => this.file(path).length),
      append: (path, bytes) =>
        run('other', () => {
          const [folder, name] = this.place(path)
          const node = folder.names.has(name) ? this.file(path) : new FakeFile()
          if (!folder.names.has(name)) this.journal.record([{ folder, name, node }])
          node.write(bytes, node.length)
        }),
      rename: (from, to) =>
        run('rename', () => {
          const [folder, name] = this.place(from)
          const [newFolder, newName] = this.place(to)
          const node = folder.names.get(name)
          if (!node) throw failure('ENOENT')
          this.journal.record([
            { folder, name, node: undefined },
            { folder: newFolder, name: newName, node },
          ])
        }),
      remove: (path) =>
        run('remove', () => {
          this.file(path)
          const [folder, name] = this.place(path)
          this.journal.record([{ folder, name, node: undefined }])
        }),
      removeFolder: (path) =>
        run('remove', () => {
          if (this.folder(path).names.size > 0) throw failure('ENOTEMPTY')
          const [folder, name] = this.place(path)
          this.journal.record([{ folder, name, node: undefined }])
        }),
      syncFolder: (path) =>
        run('syncFolder', () => {
          this.journal.sync(this.folder(path))
        }),
    }
  }

  private async run<T>(
    boot: number,
    operation: Operation,
    work: () => T,
    torn?: () => void,
  ): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve))
    if (boot !== this.boot || this.stopped) return new Promise<never>(() => undefined)
    this.stopIn -= 1
    if (this.stopIn <= 0) {
      this.stopped = true
      if (operation !== 'datasync' && operation !== 'truncate') torn?.()
      return new Promise<never>(() => undefined)
    }
    const fault = this.faults.get(operation)
    if (fault && fault.times > 0) {
      fault.times -= 1
      torn?.()
      throw failure(fault.code)
    }
    return work()
  }

  private losePower(folder: FakeFolder): void {
    folder.names.clear()
    for (const [name, node] of folder.durable) {
      folder.names.set(name, node)
      if (node instanceof FakeFolder) this.losePower(node)
      else node.losePower(this.random)
    }
  }

  private folder(path: string, make = false): FakeFolder {
    let folder = this.root
    for (const name of path.split('/').filter((part) => part !== '')) {
      let next = folder.names.get(name)
      if (!next && make) {
        next = new FakeFolder()
        folder.names.set(name, next)
        folder.durable.set(name, next)
      }
      if (!(next instanceof FakeFolder)) throw failure('ENOENT')
      folder = next
    }
    return folder
  }

  private place(path: string): [FakeFolder, string] {
    return [this.folder(dirname(path)), basename(path)]
  }

  private file(path: string): FakeFile {
    const [folder, name] = this.place(path)
    const file = folder.names.get(name)
    if (!(file instanceof FakeFile)) throw failure('ENOENT')
    return file
  }
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`the disk failed`), { code })
}
