import { randomUUID } from 'node:crypto'
import type { DataSource } from 'typeorm'
import { InvalidEventError } from '../../../src/tools/errors'
import type { AcceptedEvent } from '../../../src/tools/telemetry/accepted-event'

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
