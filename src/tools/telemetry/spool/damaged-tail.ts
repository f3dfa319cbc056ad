import { beginnings } from './record'

/**
 * What follows the last intact record of the last segment of a process that ended. A record that it was writing then is cut off, or its
 * end is zeros: not acknowledged, so not lost. A damaged one that has its newline may have been.
 */
export class DamagedTail {
  private lines = 0
  private records = 0

  /** How many events it may have held. */
  get events(): number {
    return Math.max(this.records, Math.min(this.lines, 1))
  }

  add(bytes: Buffer, hasNewline: boolean): void {
    if (!hasNewline || bytes.every((byte) => byte === 0)) return
    this.lines += 1
    this.records += beginnings(bytes, 0, bytes.length).length
  }

  clear(): void {
    this.lines = 0
    this.records = 0
  }
}
