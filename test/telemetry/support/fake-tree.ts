import type { Random } from './random'
import type { FakeFile } from './fake-file'

/** A folder: the names that processes see, and those that are on the disk. */
export class FakeFolder {
  readonly names = new Map<string, FakeFolder | FakeFile>()
  readonly durable = new Map<string, FakeFolder | FakeFile>()
}

interface Change {
  readonly folder: FakeFolder
  readonly name: string
  readonly node: FakeFolder | FakeFile | undefined
}

/** The changes of names that are not on the disk yet; a rename is one, of two names. */
export class NameJournal {
  private pending: (readonly Change[])[] = []

  record(changes: readonly Change[]): void {
    for (const change of changes) set(change.folder.names, change)
    this.pending.push(changes)
  }

  sync(folder: FakeFolder): void {
    for (const entry of [...this.pending]) {
      if (entry.some((change) => change.folder === folder)) this.apply(entry)
    }
  }

  /** Power is lost: of what was not synced, some is on the disk. */
  lose(random: Random): void {
    for (const entry of [...this.pending]) {
      if (this.pending.includes(entry) && random.chance(0.5)) this.apply(entry)
    }
    this.pending = []
  }

  /** With what came before it under the same names. */
  private apply(entry: readonly Change[]): void {
    const earlier = this.pending.slice(0, Math.max(this.pending.indexOf(entry), 0))
    for (const before of earlier) {
      if (before.some((one) => entry.some((other) => sameName(one, other)))) this.apply(before)
    }
    for (const change of entry) set(change.folder.durable, change)
    this.pending = this.pending.filter((one) => one !== entry)
  }
}

function sameName(one: Change, other: Change): boolean {
  return one.folder === other.folder && one.name === other.name
}

function set(names: FakeFolder['names'], { name, node }: Change): void {
  if (node === undefined) names.delete(name)
  else names.set(name, node)
}
