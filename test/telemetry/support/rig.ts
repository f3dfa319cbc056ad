import { DataSource } from 'typeorm'
import { afterAll } from 'vitest'
import { survivingLostSessions } from '../../../src/tools/db/lost-sessions'
import type { AcceptedEvent } from '../../../src/tools/telemetry/accepted-event'
import { EventWriter } from '../../../src/tools/telemetry/event-writer'
import { writerSettings, type WriterOptions } from '../../../src/tools/telemetry/writer-options'
import type { WriterParts } from '../../../src/tools/telemetry/writer-parts'
import { ArrayQueue } from './array-queue'
import { accept, insertInto, type TestEvent } from './test-events'

/** A writer on a real table, with the least parts that will do. */
export interface Rig {
  readonly writer: EventWriter<TestEvent>
  readonly lines: string[]
  /** How many events each call was to write. */
  readonly batches: number[]
}

export interface RigOptions {
  /** What the queue holds, before and after. */
  readonly events?: AcceptedEvent[]
  readonly parts?: Partial<WriterParts<TestEvent>>
  readonly poolSize?: number
}

/** Returns a function that makes writers on one database; the DataSources are closed after the file's tests. */
export function useRig(
  url: () => string,
): (options?: WriterOptions, rig?: RigOptions) => Promise<Rig> {
  const open: DataSource[] = []
  afterAll(async () => {
    for (const dataSource of open) await dataSource.destroy()
  })
  return async (options = {}, { events = [], parts = {}, poolSize = 2 } = {}) => {
    const dataSource = new DataSource({
      type: 'postgres',
      url: url(),
      applicationName: 'writer',
      poolSize,
      poolErrorHandler: () => undefined,
    })
    await dataSource.initialize()
    survivingLostSessions(dataSource)
    open.push(dataSource)
    const lines: string[] = []
    const batches: number[] = []
    const insert = insertInto(dataSource)
    const writer = new EventWriter<TestEvent>(
      writerSettings({
        scheduledDelayMillis: 5,
        initialBackoffMillis: 5,
        maxBackoffMillis: 50,
        ...options,
      }),
      {
        accept,
        writeBatch: (batch) => {
          batches.push(batch.length)
          return insert(batch)
        },
        isOwnKey: (error) =>
          Promise.resolve((error as { constraint?: string }).constraint === 'events_pkey'),
        openQueue: ({ maxQueueSize, whenFull }) =>
          Promise.resolve(new ArrayQueue(events, maxQueueSize, whenFull)),
        logger: { log: (_, line) => lines.push(line) },
        ...parts,
      },
    )
    return { writer, lines, batches }
  }
}
