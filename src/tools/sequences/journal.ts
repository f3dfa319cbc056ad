import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { DatabaseIdentity } from '../catalog/identity'
import type { SequenceColumn } from '../catalog/sequence-column'
import { messageOf, sqlstateOf } from '../db/sqlstate'
import { OutputError, UsageError } from '../errors'
import {
  beginning,
  databaseKey,
  finishedLine,
  parseJournal,
  settledKey,
  settledLine,
  type JournalContent,
} from './journal-lines'

/** Which columns of a database a run has settled. */
export interface DatabaseJournal {
  isSettled(column: SequenceColumn): boolean
  /** Writes down, before it returns, that these need no more work. */
  settle(columns: readonly SequenceColumn[]): void
}

/** What was settled longer ago may have fallen behind since. */
const MOST_HOURS = 24
/** By so much another machine's clock may be ahead, milliseconds. */
const MOST_AHEAD = 60_000

/** Which columns a run has settled, in a file: killed at any point, it goes on from there. */
export interface Journal {
  /** What it says of one database. */
  of(database: DatabaseIdentity): DatabaseJournal
  /** The run came to its end: the file goes, unless it holds what runs on other databases have settled. Of this run's it says nothing any more. */
  remove(): void
}

/**
 * Opens the journal of a run, or begins it where there is no such file.
 *
 * @throws {UsageError} when the file is no journal, its folder is not there, or the run began more than a day ago or is yet to begin.
 * @throws {OutputError} when it cannot be read or written.
 */
export function openJournal(file: string, now: Date): Journal {
  const settled = attempt('open', file, () => readSettled(file, now))
  const own = new Map<string, DatabaseIdentity>()
  return {
    of(database) {
      const key = databaseKey(database)
      own.set(key, database)
      const here = settled.get(key)
      return {
        isSettled: (column) => here?.has(settledKey(database, column)) ?? false,
        settle(columns) {
          if (columns.length === 0) return
          attempt('write', file, () => {
            // One call: what a kill leaves of it is a line at most.
            appendFileSync(file, settledLine(database, columns))
          })
        },
      }
    },
    remove() {
      attempt('remove', file, () => {
        // Read anew: another run may have written to it.
        const held = [...(parseJournal(textOf(file))?.settled.keys() ?? [])]
        if (held.every((key) => own.has(key))) rmSync(file, { force: true })
        else appendFileSync(file, [...own.values()].map(finishedLine).join(''))
      })
    },
  }
}

function readSettled(file: string, now: Date): JournalContent['settled'] {
  const text = textOf(file)
  if (text === '') {
    begin(file, now)
    return new Map()
  }
  const journal = parseJournal(text)
  if (journal === null) throw refusal(file, 'it is no journal of a run')
  if (journal.begun.getTime() > now.getTime() + MOST_AHEAD) {
    const begun = journal.begun.toISOString()
    throw refusal(file, `by its first line the run begins at ${begun}, which is yet to come`)
  }
  const hours = Math.floor((now.getTime() - journal.begun.getTime()) / 3_600_000)
  if (hours >= MOST_HOURS) {
    throw new UsageError(
      `Cannot go on with ${JSON.stringify(file)}: the run began ${String(hours)} hours ago, and what it settled may have fallen behind since. Nothing was changed. Remove the file and run it again.`,
    )
  }
  // A kill may have left half a line.
  if (!text.endsWith('\n')) appendFileSync(file, '\n')
  return journal.settled
}

function begin(file: string, now: Date): void {
  try {
    writeFileSync(file, beginning(now))
  } catch (cause) {
    if (sqlstateOf(cause) !== 'ENOENT') throw cause
    throw new UsageError(
      `Cannot begin the journal ${JSON.stringify(file)}: its folder is not there. Nothing was changed. Make the folder, or use another --resume FILE.`,
      { cause },
    )
  }
}

function refusal(file: string, why: string): UsageError {
  return new UsageError(
    `Cannot go on with ${JSON.stringify(file)}: ${why}. Nothing was changed. Use another --resume FILE.`,
  )
}

function textOf(file: string): string {
  try {
    // A device may have no end.
    if (!statSync(file).isFile()) throw refusal(file, 'it is no regular file')
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (sqlstateOf(error) === 'ENOENT') return ''
    throw error
  }
}

function attempt<T>(what: 'open' | 'write' | 'remove', file: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    const left = what === 'open' ? 'Nothing was changed.' : 'No sequence is lower than before.'
    throw new OutputError(
      `Cannot ${what} the journal ${JSON.stringify(file)}: ${messageOf(cause)}. ${left} Use another --resume FILE.`,
      { cause },
    )
  }
}
