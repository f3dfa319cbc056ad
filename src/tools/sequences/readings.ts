import { isResolved, type ResolvedColumn, type SequenceColumn } from '../catalog/sequence-column'
import { readStates } from '../catalog/state'
import { laneFor, type Lanes } from '../db/lanes'
import type { Session } from '../db/session'
import { inTransaction } from '../db/transaction'
import { ResyncError, StoppedError } from '../errors'
import { groupedBy } from '../grouped-by'
import { inBatches } from '../in-batches'
import { incomparable, unreadable } from './comparable'
import { failureReason, type CommandOptions } from './failure'
import { counting, type Attended } from './progress'
import type { Reading } from './verdict'

/** Columns in one statement. Measured on 10,000 columns, 100 to 200 are the fastest. */
const BATCH = 100

/**
 * Reads the state of each column, in their order; where that cannot be, says why.
 *
 * @throws {ConnectionError} when the connection is lost: nothing more can be told.
 * @throws {StoppedError} when the signal is aborted before all are read.
 */
export async function readColumns(
  lanes: Lanes,
  columns: readonly SequenceColumn[],
  role: string,
  options: CommandOptions,
  attended: Attended = {},
): Promise<Reading[]> {
  const failures = new Map(columns.map((column) => [column, obstacle(column, role)]))
  const readable = columns.filter(isResolved).filter((column) => failures.get(column) === null)
  const readings = new Map<SequenceColumn, Reading>()
  const count = counting('read', readable.length, attended)
  const laneOf = ({ sequence }: ResolvedColumn) => laneFor(sequence.oid, lanes.most)
  const ofLanes = [...groupedBy(readable, laneOf).values()]
  const read = await lanes.each(
    ofLanes.flatMap((ofLane) => inBatches(ofLane, BATCH)),
    async (session, batch) => {
      const ofBatch = await readBatch(session, batch, options, attended.signal)
      count(ofBatch.length)
      return ofBatch
    },
    { signal: attended.signal, laneOf: ([first]) => (first ? laneOf(first) : 0) },
  )
  for (const reading of read.flatMap((batch) => batch ?? [])) readings.set(reading.column, reading)
  if (attended.signal?.aborted && readings.size < readable.length) {
    throw new StoppedError(
      `Stopped: ${String(readings.size)} of ${String(readable.length)} sequences had been read. Nothing was changed. Run it again.`,
    )
  }
  return columns.map(
    (column) =>
      readings.get(column) ?? { column, failure: failures.get(column) ?? 'It was not read.' },
  )
}

function obstacle(column: SequenceColumn, role: string): string | null {
  return incomparable(column) ?? (isResolved(column) ? unreadable(column, role) : null)
}

/** One statement for the batch; where that fails, one for each column, so that only the culprit is unknown. */
async function readBatch(
  session: Session,
  batch: readonly ResolvedColumn[],
  options: CommandOptions,
  signal?: AbortSignal,
): Promise<Reading[]> {
  try {
    const states = await inTransaction(session, 'read only', options, () =>
      readStates(session, batch),
    )
    return batch.map((column, index) => {
      const state = states[index]
      return state ? { column, state } : { column, failure: 'The server returned no state for it.' }
    })
  } catch (error) {
    if (error instanceof ResyncError) throw error
    const [first] = batch
    if (!first) return []
    if (batch.length === 1)
      return [{ column: first, failure: failureReason(error, first, 'read', options) }]
    const readings: Reading[] = []
    for (const column of batch) {
      // Each may wait as long as the batch did.
      if (signal?.aborted) break
      readings.push(...(await readBatch(session, [column], options)))
    }
    return readings
  }
}
