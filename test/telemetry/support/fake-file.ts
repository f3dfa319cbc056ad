import type { Random } from './random'

/** So little of a write reaches the disk, or does not, as one: small, so that records are torn. */
const PAGE = 16

interface Write {
  readonly at: number
  readonly bytes: Uint8Array
}

/** A file: the bytes that processes see, and those that are on the disk. */
export class FakeFile {
  private seen = Buffer.alloc(0)
  private durable = Buffer.alloc(0)
  private pending: (Write | { readonly length: number })[] = []

  get length(): number {
    return this.seen.length
  }

  /** Whether it was cut and that is not on the disk. */
  get isCut(): boolean {
    return this.pending.some((change) => 'length' in change)
  }

  read(into: Uint8Array, at: number): number {
    return this.seen.copy(into, 0, at)
  }

  write(bytes: Uint8Array, at: number): void {
    const write = { at, bytes: Uint8Array.from(bytes) }
    this.seen = written(this.seen, write)
    this.pending.push(write)
  }

  truncate(length: number): void {
    this.seen = Buffer.from(this.seen.subarray(0, length))
    this.pending.push({ length })
  }

  sync(): void {
    for (const change of this.pending) this.settle(change)
    this.pending = []
  }

  /** Some of what was not synced is on the disk; the rest never will be, though processes go on seeing it. */
  failSync(random: Random): void {
    for (const change of this.pending) {
      if ('length' in change) {
        if (random.chance(0.5)) this.settle(change)
        continue
      }
      for (let from = 0; from < change.bytes.length; from += PAGE) {
        if (random.chance(0.3)) continue
        this.settle({ at: change.at + from, bytes: change.bytes.subarray(from, from + PAGE) })
      }
    }
    this.pending = []
  }

  losePower(random: Random): void {
    this.failSync(random)
    this.seen = Buffer.from(this.durable)
  }

  flip(at: number, mask: number): void {
    this.seen = flipped(this.seen, at, mask)
    this.durable = flipped(this.durable, at, mask)
  }

  private settle(change: Write | { readonly length: number }): void {
    this.durable =
      'length' in change
        ? Buffer.from(this.durable.subarray(0, change.length))
        : written(this.durable, change)
  }
}

function written(content: Buffer, { at, bytes }: Write): Buffer<ArrayBuffer> {
  const larger = Buffer.alloc(Math.max(content.length, at + bytes.length))
  content.copy(larger)
  larger.set(bytes, at)
  return larger
}

function flipped(content: Buffer, at: number, mask: number): Buffer<ArrayBuffer> {
  const copy = Buffer.from(content)
  if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ mask
  return copy
}
