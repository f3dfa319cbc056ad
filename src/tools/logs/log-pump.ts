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
    this.buffer = Buffer.allocUnsafe(2 * chunk)
  }

  /** Where to read the next bytes to; call `filled` then. */
  room(): Buffer {
    if (this.buffer.length - this.held < this.chunk) {
      const larger = Buffer.allocUnsafe(2 * this.buffer.length)
      this.buffer.copy(larger, 0, 0, this.held)
      this.buffer = larger
    }
    return this.buffer.subarray(this.held, this.held + this.chunk)
  }

  /** Takes the bytes that were read to `room`. */
  filled(length: number): void {
    this.count(this.buffer.subarray(this.held, this.held + length))
    this.held += length
    this.work(false)
  }

  /** Takes bytes from elsewhere. */
  take(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; from += this.chunk) {
      const copied = bytes.copy(this.room(), 0, from, from + this.chunk)
      this.filled(copied)
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
    this.held = 0
  }

  counts(): PumpCounts {
    const { lines, skipped, format, foreign } = this
    return { lines, skipped, format, foreign }
  }

  private work(last: boolean): void {
    if (this.held === 0) return
    this.detected ??= this.detect(last)
    if (!this.detected) return
    if ('foreign' in this.detected) {
      this.held = 0
      return
    }
    const from = this.passesOver ? this.afterLine() : 0
    const data = this.buffer.subarray(from, this.held)
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
    this.buffer.copyWithin(0, from + done, this.held)
    this.held -= from + done
  }

  /** Whether a hit may be in it. */
  private isAwaited(data: Buffer): boolean {
    if (!this.detected || 'foreign' in this.detected) return false
    return data.subarray(0, SAMPLE).includes('23505')
  }

  private detect(last: boolean): Detected | undefined {
    if (this.held < SAMPLE && !last) return undefined
    return detectFormat(this.buffer.subarray(0, Math.min(this.held, SAMPLE)), this.template)
  }

  /** Where the line ends that is passed over. */
  private afterLine(): number {
    const end = this.buffer.subarray(0, this.held).indexOf(NEWLINE)
    if (end === -1) return this.held
    this.passesOver = false
    return end + 1
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
