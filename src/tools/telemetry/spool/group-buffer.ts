import { mostBytesFor, writeRecord } from './record'

/** The records of the next write, in memory that every write uses again. */
export class GroupBuffer {
  private bytes = Buffer.allocUnsafe(256 * 1024)
  private used = 0
  private written = 0

  /** How many records it holds. */
  get count(): number {
    return this.written
  }

  get records(): Buffer {
    return this.bytes.subarray(0, this.used)
  }

  clear(): void {
    this.used = 0
    this.written = 0
  }

  /** Adds a record, unless there would then be more than `most` bytes; tells whether it did. */
  add(sequence: number, json: string, most: number): boolean {
    this.reserve(this.used + mostBytesFor(json))
    const end = writeRecord(this.bytes, this.used, sequence, json)
    if (end > most) return false
    this.used = end
    this.written += 1
    return true
  }

  private reserve(length: number): void {
    if (length <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(length, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.used)
    this.bytes = larger
  }
}
