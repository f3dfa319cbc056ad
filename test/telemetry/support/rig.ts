import { randomUUID } from 'node:crypto'
import { DataSource } from 'typeorm'
import { afterAll } from 'vitest'
import { InvalidEventError } from '../../../src/tools/errors'
import type { AcceptedEvent } from '../../../src/tools/telemetry/accepted-event'
import { TelemetryWriter } from '../../../src/tools/telemetry/telemetry-writer'
import type { WriterOptions } from '../../../src/tools/telemetry/writer-options'
import type { WriterParts } from '../../../src/tools/telemetry/writer-parts'
import { ArrayQueue } from './array-queue'

/** A row as text; what the table refuses is passed on, so that the database is what refuses it. */
export interface TestEvent {
  readonly uid?: string
  readonly n: number | string
  readonly label?: string
  readonly ratio?: string
  readonly owner?: string
  readonly invalid?: true
}

/** With every way to refuse a row. */
export const EVENTS = `
  create table owners (id integer primary key); insert into owners values (1);
  create table events (
    id serial primary key, event_uid uuid not null unique, n integer not null unique check (n <> 13),
    label varchar(20), ratio numeric(6, 2) check (ratio <> 'NaN'), owner integer references owners)`

/** A writer on a real table, with the least parts that will do. */
export interface Rig {
  readonly writer: TelemetryWriter<TestEvent>
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
      poolSize,
      poolErrorHandler: () => undefined,
    })
    await dataSource.initialize()
    open.push(dataSource)
    const lines: string[] = []
    const batches: number[] = []
    const insert = insertInto(dataSource)
    const writer = new TelemetryWriter<TestEvent>(
      { scheduledDelayMillis: 5, initialBackoffMillis: 5, maxBackoffMillis: 50, ...options },
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

export function accept({
  uid = randomUUID(),
  n,
  label,
  ratio,
  owner,
  invalid,
}: TestEvent): AcceptedEvent {
  if (invalid) throw new InvalidEventError('invalid')
  const row = { n: String(n), label: label ?? null, ratio: ratio ?? null, owner: owner ?? null }
  return { uid, row }
}

/** One insert in one transaction, by parameters. */
export function insertInto(dataSource: DataSource) {
  return async (events: readonly AcceptedEvent[]): Promise<{ inserted: number }> => {
    const values = events.flatMap(({ uid, row: { n, label, ratio, owner } }) => [
      uid,
      n,
      label,
      ratio,
      owner,
    ])
    const rows = events.map(
      (_, row) => `(${[1, 2, 3, 4, 5].map((at) => `$${String(5 * row + at)}`).join(',')})`,
    )
    const inserted = await dataSource.query<unknown[]>(
      `insert into events (event_uid, n, label, ratio, owner) values ${rows.join()} on conflict (event_uid) do nothing returning 1`,
      values,
    )
    return { inserted: inserted.length }
  }
}
