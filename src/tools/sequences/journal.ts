import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
 * @throws {UsageError} when the file is no journal, or was begun more than a day ago.
 * @throws {OutputError} when it cannot be read or written.
 */
export function openJournal(file: string, now: Date): Journal {
  const settled = attempt('read', file, () => readSettled(file, now))
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
    writeFileSync(file, beginning(now))
    return new Map()
  }
  const journal = parseJournal(text)
  if (journal === null) {
    throw new UsageError(
      `Cannot go on with ${JSON.stringify(file)}: it is no journal of a run. Nothing was changed. Use another --resume FILE.`,
    )
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

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (sqlstateOf(error) === 'ENOENT') return ''
    throw error
  }
}

function attempt<T>(what: string, file: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    throw new OutputError(
      `Cannot ${what} the journal ${JSON.stringify(file)}: ${messageOf(cause)}. No sequence is lower than before. Use another --resume FILE.`,
      { cause },
    )
  }
}
