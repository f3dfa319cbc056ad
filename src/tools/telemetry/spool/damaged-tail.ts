import { beginnings } from './record'

const CLOSING_BRACE = 0x7d

/**
 * What follows the last intact record of the last segment of a process that ended. A record that it was writing then is cut off, or its
 * end is zeros: not acknowledged, so not lost. A damaged one that has its newline may have been.
 */
export class DamagedTail {
  private isDamaged = false
  private began = 0
  private ended = 0

  /** How many events it may have held: at least one. A byte that became a newline makes two lines of one, of which one begins, and one ends. */
  get events(): number {
    return this.isDamaged ? Math.max(this.began, this.ended, 1) : 0
  }

  add(bytes: Buffer, hasNewline: boolean): void {
    if (!hasNewline || bytes.every((byte) => byte === 0)) return
    this.isDamaged = true
    this.began += beginnings(bytes, 0, bytes.length).length
    if (bytes.at(-1) === CLOSING_BRACE) this.ended += 1
  }

  clear(): void {
    this.isDamaged = false
    this.began = 0
    this.ended = 0
  }
}
