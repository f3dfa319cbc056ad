import { detectFormat, type Detected, type FormatName } from './detect'
import type { Hit } from './hit'

const NEWLINE = 10
/** From this much of a log it is found what it is. */
const SAMPLE = 65_536
/** A line that goes on for longer is passed over up to its end: what is looked for is at its beginning. */
const LONG_LINE = 1_048_576
/** More than this is not held, whatever goes on for so long. */
const MOST_HELD = 20_971_520

/** What was read of one log. */
export interface PumpCounts {
  readonly lines: number
  readonly skipped: ReadonlyMap<string, number>
  readonly format: FormatName | null
  /** Why it is no log; null where it is one. */
  readonly foreign: string | null
}

/** Passes a log on to what reads it, whatever pieces it comes in, in bounded memory. */
export class LogPump {
  private buffer: Buffer
  /** What is held lies from here … */
  private start = 0
  /** … to here. */
  private held = 0
  private detected: Detected | undefined
  private lines = 0
  private foreign: string | null = null
  private format: FormatName | null = null
  private isInLine = false
  private passesOver = false
  private readonly skipped = new Map<string, number>()

  /** @param chunk - how many bytes are taken at a time */
  constructor(
    private readonly found: (hit: Hit) => void,
    private readonly template: string | undefined,
    private readonly chunk: number,
  ) {
    this.buffer = Buffer.allocUnsafe(4 * chunk)
  }

  /** Where to read the next bytes to. What is held may be worked on meanwhile. */
  room(): Buffer {
    if (this.buffer.length - this.held < this.chunk) {
      const held = this.buffer.subarray(this.start, this.held)
      const isFull = this.buffer.length - held.length < this.chunk
      const next = isFull ? Buffer.allocUnsafe(2 * this.buffer.length) : this.buffer
      held.copy(next)
      this.buffer = next
      this.held = held.length
      this.start = 0
    }
    return this.buffer.subarray(this.held, this.held + this.chunk)
  }

  /** Takes the bytes that were read to `room`. */
  filled(length: number): void {
    this.count(this.buffer.subarray(this.held, this.held + length))
    this.held += length
  }

  /** Takes bytes from elsewhere. */
  take(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; from += this.chunk) {
      const copied = bytes.copy(this.room(), 0, from, from + this.chunk)
      this.filled(copied)
      this.work()
    }
  }

  /** Reads what is held as the end of a log. What comes after it is another log. */
  end(): void {
    this.work(true)
    if (this.isInLine) this.lines += 1
    if (this.detected && 'foreign' in this.detected) this.foreign = this.detected.foreign
    else if (this.detected) this.format = this.detected.name
    this.isInLine = false
    this.passesOver = false
    this.detected = undefined
    this.start = this.held
  }

  counts(): PumpCounts {
    const { lines, skipped, format, foreign } = this
    return { lines, skipped, format, foreign }
  }

  /** Reads what is held, as far as it goes. */
  work(last = false): void {
    if (this.held === this.start) return
    this.detected ??= this.detect(last)
    if (!this.detected) return
    if ('foreign' in this.detected) {
      this.start = this.held
      return
    }
    if (this.passesOver) this.passOver()
    const data = this.buffer.subarray(this.start, this.held)
    const isTooMuch = data.length >= MOST_HELD
    let done = this.detected.format.scan(data, last || isTooMuch, this.found, (reason) => {
      this.skip(reason)
    })
    // Nothing is waited for: no more than the beginning of a line is left.
    const isLongLine = data.length - done > LONG_LINE && !data.includes(NEWLINE, done)
    if (isTooMuch || (isLongLine && !this.isAwaited(data.subarray(done)))) {
      done = data.length
      this.passesOver = data[data.length - 1] !== NEWLINE
    }
    this.start += done
  }

  /** Whether a hit may be in it. */
  private isAwaited(data: Buffer): boolean {
    if (!this.detected || 'foreign' in this.detected) return false
    return data.subarray(0, SAMPLE).includes('23505')
  }

  private detect(last: boolean): Detected | undefined {
    const held = this.buffer.subarray(this.start, this.held)
    if (held.length < SAMPLE && !last) return undefined
    return detectFormat(held.subarray(0, SAMPLE), this.template)
  }

  /** Goes to the end of a line that is not read further. */
  private passOver(): void {
    const end = this.buffer.subarray(0, this.held).indexOf(NEWLINE, this.start)
    this.passesOver = end === -1
    this.start = end === -1 ? this.held : end + 1
  }

  private count(bytes: Buffer): void {
    let place = bytes.indexOf(NEWLINE)
    while (place !== -1) {
      this.lines += 1
      place = bytes.indexOf(NEWLINE, place + 1)
    }
    if (bytes.length > 0) this.isInLine = bytes[bytes.length - 1] !== NEWLINE
  }

  private skip(reason: string): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1)
  }
}
