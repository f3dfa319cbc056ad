import { createReadStream } from 'node:fs'
import { sqlstateOf, quoted } from '../db/sqlstate'
import { OutputError, UsageError } from '../errors'
import { fromLine } from './line'
import { MemoryHistory, type HistoryLimits } from './memory-history'

/** A history that was read from a file. */
export class ReadHistory extends MemoryHistory {
  /** Lines that were passed over: torn, or not of a history. */
  skipped = 0
  /** Whether the file ends in the middle of a line. */
  torn = false
}

/** A line that is longer is none of ours: one of 20,000 columns takes a tenth of it. */
const LONGEST_LINE = 16 * 2 ** 20

/**
 * Reads a history file. A line that is broken is counted and passed over.
 *
 * @throws {UsageError} when there is no such file.
 * @throws {OutputError} when it cannot be read.
 */
export async function readHistory(file: string, limits?: HistoryLimits): Promise<ReadHistory> {
  const history = new ReadHistory(limits)
  const take = (line: string) => {
    const points = fromLine(line)
    if (points) for (const point of points) history.add(point)
    else history.skipped += 1
  }
  let rest = ''
  let isTooLong = false
  try {
    for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
      const [end = '', ...more] = chunk.split('\n')
      rest = isTooLong ? '' : rest + end
      isTooLong ||= rest.length > LONGEST_LINE
      for (const begun of more) {
        take(isTooLong ? '' : rest)
        isTooLong = false
        rest = begun
      }
    }
  } catch (cause) {
    if (sqlstateOf(cause) === 'ENOENT') {
      throw new UsageError(
        `Cannot read the history "${file}": there is no such file. Run: typeorm-resync watch --history FILE, which writes one.`,
        { cause },
      )
    }
    throw new OutputError(`Cannot read the history "${file}": ${quoted(cause)}.`, { cause })
  }
  history.torn = rest !== '' || isTooLong
  if (history.torn) take(isTooLong ? '' : rest)
  return history
}
