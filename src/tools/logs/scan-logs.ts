import type { Readable } from 'node:stream'
import type { Target } from '../db/session'
import { messageOf } from '../db/sqlstate'
import type { Timeouts } from '../db/transaction'
import { UsageError } from '../errors'
import { validated } from '../options/validated'
import type { FormatName } from './detect'
import { followFiles } from './follow'
import { pumpFile, pumpStream } from './input'
import { LogPump } from './log-pump'
import { readConstraints, type ConstraintPlace } from './constraint-places'
import { ScanLogsRules } from './scan-logs-rules'
import { readSince } from './since'
import { Tally, type ConstraintCount } from './tally'

/** Reads of this size are as fast as larger ones, and stay in the processor's cache while they are searched. */
const CHUNK = 1_048_576

/** How to read logs. */
export interface ScanLogsOptions extends Timeouts {
  /** The server's log_line_prefix. Default: found from the log itself. */
  readonly logLinePrefix?: string | undefined
  /** Leaves out what is older: a time in ISO 8601, or before now, such as `2h`. Default: nothing. */
  readonly since?: string | undefined
  /** Leaves users' values in the samples. Default: false. */
  readonly showValues?: boolean | undefined
  /** Goes on as the files grow, until `signal` is given. Default: false. */
  readonly follow?: boolean | undefined
  /** Ends the reading; what was read until then counts. */
  readonly signal?: AbortSignal | undefined
  /** Is called when all that the files held was read, and what is written from then on is waited for. */
  readonly onFollow?: (() => void) | undefined
  /** The database that knows the constraints' tables. Default: none is asked. */
  readonly target?: Target | undefined
  /** What `-` reads. Default: the process's. */
  readonly stdin?: Readable | undefined
  /** How many bytes to read at a time. Default: 1,048,576. */
  readonly chunkSize?: number | undefined
  /** The clock for `since`. Default: the system's. */
  readonly now?: (() => Date) | undefined
}

/** How a file was read. */
export interface LogFile {
  readonly file: string
  /** Null for what is no log of PostgreSQL's. */
  readonly format: FormatName | null
  readonly lines: number
  /** How many of its entries could not be read; of what is no log, its lines. */
  readonly skipped: number
  /** Why, in a form to print. */
  readonly problems: readonly string[]
  /** Whether it could not be opened, or not be read to its end. */
  readonly unreadable: boolean
}

/** A constraint's 23505s, and the tables that have such a constraint. */
export type LoggedConstraint = ConstraintCount & ConstraintPlace

/** What `scanLogs` found. */
export interface LogScan {
  readonly total: number
  /** The most frequent first. */
  readonly constraints: readonly LoggedConstraint[]
  readonly lines: number
  readonly skipped: number
  readonly files: readonly LogFile[]
  /** Abbreviations of time zones whose offset is not known: their times are as the log has them. */
  readonly unknownZones: readonly string[]
  /** How many had no time: `since` does not leave them out. */
  readonly timeless: number
}

/**
 * Counts the 23505s in logs of PostgreSQL's: stderr, csvlog and jsonlog, gzipped or not; `-` is standard input. Needs no database.
 *
 * @throws {UsageError} when an option is wrong.
 * @throws {CatalogError} when the catalog of `target` cannot be read.
 * @throws {ConnectionError} when the connection to `target` is lost.
 */
export async function scanLogs(
  files: readonly string[],
  options: ScanLogsOptions = {},
): Promise<LogScan> {
  const checked = validated(ScanLogsRules, options)
  assertReadable(files, checked)
  const now = (checked.now ?? (() => new Date()))().getTime()
  const since = checked.since === undefined ? undefined : readSince(checked.since, now)
  const tally = new Tally(since)
  const newPump = () =>
    new LogPump(
      (hit) => {
        tally.add(hit)
      },
      checked.logLinePrefix,
      checked.chunkSize ?? CHUNK,
    )
  const read = checked.follow
    ? await followAll(files, newPump, checked)
    : await readAll(files, newPump, checked)
  const constraints = tally.constraints(checked.showValues ?? false)
  const places = await readConstraints(
    constraints.map(({ constraint }) => constraint),
    checked,
  )
  const { zones, timeless } = tally.unknowns()
  return {
    total: constraints.reduce((sum, { count }) => sum + count, 0),
    constraints: constraints.map((count) => ({ ...count, ...places(count.constraint) })),
    lines: read.reduce((sum, { lines }) => sum + lines, 0),
    skipped: read.reduce((sum, { skipped }) => sum + skipped, 0),
    files: read,
    unknownZones: zones,
    timeless,
  }
}

function assertReadable(files: readonly string[], { follow }: ScanLogsOptions): void {
  if (files.length === 0) throw new UsageError('Cannot read logs: no file is named.')
  if (files.filter((file) => file === '-').length > 1) {
    throw new UsageError('Cannot read standard input twice. Name - once.')
  }
  if (follow && files.includes('-')) {
    throw new UsageError(
      'Cannot follow standard input: it is read to its end anyway. Leave out --follow.',
    )
  }
}

async function readAll(
  files: readonly string[],
  newPump: () => LogPump,
  { stdin, signal }: ScanLogsOptions,
): Promise<LogFile[]> {
  const read: LogFile[] = []
  for (const file of files) {
    const pump = newPump()
    let failure: unknown
    try {
      if (file === '-') await pumpStream(stdin ?? process.stdin, pump, signal)
      else await pumpFile(file, pump, signal)
    } catch (error) {
      failure = error
    }
    read.push(logFile(file, pump, failure))
    if (signal?.aborted) break
  }
  return read
}

async function followAll(
  files: readonly string[],
  newPump: () => LogPump,
  { signal, onFollow }: ScanLogsOptions,
): Promise<LogFile[]> {
  const followed = await followFiles(files, newPump, signal, onFollow)
  return followed.map(({ file, pump, failure }) => logFile(file, pump, failure))
}

/** Says of a file how it was read. */
function logFile(file: string, pump: LogPump, failure: unknown): LogFile {
  const { lines, skipped, format, foreign } = pump.counts()
  const name = file === '-' ? 'Standard input' : `File "${file}"`
  const problems = [...skipped].map(([reason, count]) => `${name}: ${reason} (${String(count)}).`)
  if (foreign !== null) problems.push(`${name} ${foreign}. Nothing was counted in it.`)
  if (failure !== undefined) {
    problems.push(
      `Cannot read ${name.replace(/^[FS]/, (letter) => letter.toLowerCase())}: ${messageOf(failure)}.`,
    )
  }
  const entries = [...skipped.values()].reduce((sum, count) => sum + count, 0)
  return {
    file,
    format,
    lines,
    skipped: entries + (foreign === null ? 0 : lines),
    problems,
    unreadable: failure !== undefined,
  }
}
