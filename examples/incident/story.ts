import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DataSource } from 'typeorm'
import { runCli } from '../../src/tools/cli/program'
import { processTerminal } from '../../src/tools/cli/terminal'
import { ALEMBIC_TABLES } from './alembic-tables'
import { insertEvent, restoreEvents, type Query } from './events'
import { startWriters } from './writers'

const EVENTS = 5_000
const WRITERS = 4

/** Plays the incident on an empty database, printing what a person would see; throws where it does not go as it should. */
export async function tellIncident(dataSource: DataSource, url: string): Promise<void> {
  const query: Query = (sql, values) => dataSource.query(sql, values)
  const resync = (...args: string[]) => runCli([...args, '--url', url], processTerminal())

  chapter(1, `A restore writes ${String(EVENTS)} events with their ids; nextval is never called`)
  await query(ALEMBIC_TABLES)
  await restoreEvents(query, EVENTS)
  say(await facts(dataSource))

  chapter(2, 'A writer inserts an event')
  assert.equal(await insertEvent(query, 1), false)
  say('23505: duplicate key value violates unique constraint "extraction_telemetry_v2_pkey"')

  chapter(3, 'typeorm-resync verify')
  assert.equal(await resync('verify'), 1)

  chapter(4, `typeorm migration:run, while ${String(WRITERS)} writers insert`)
  const { rows: before } = await readFacts(dataSource)
  const writers = startWriters(query, WRITERS)
  await sleep(100)
  const migrations = await dataSource.runMigrations({ transaction: 'each' })
  const repairedAt = performance.now()
  await sleep(1_000)
  const attempts = await writers.stop()
  const failed = attempts.filter(({ written }) => !written)
  const failedAfter = failed.filter(({ startedAt }) => startedAt >= repairedAt)
  const { rows: after } = await readFacts(dataSource)
  for (const { name } of migrations) say(`ran ${name}`)
  say(
    `duplicate keys until the resync: ${String(failed.length - failedAfter.length)}, since: ${String(failedAfter.length)}`,
  )
  say(
    `rows before: ${String(before)}, inserted meanwhile: ${String(attempts.length - failed.length)}, rows now: ${String(after)}`,
  )
  assert.equal(failedAfter.length, 0)
  assert.equal(after, before + attempts.length - failed.length)

  chapter(5, 'typeorm-resync verify')
  assert.equal(await resync('verify'), 0)

  chapter(6, 'The writer of chapter 2 tries again')
  assert.equal(await insertEvent(query, 1), true)
  say('inserted')
  say(await facts(dataSource))

  chapter(7, 'typeorm migration:revert')
  await dataSource.undoLastMigration({ transaction: 'each' })
  say('nothing to undo, on purpose: no row was changed, and a lower sequence would fail again')
  say(await facts(dataSource))
  assert.equal(await resync('verify'), 0)
}

interface Facts {
  readonly rows: number
  readonly highest: number
  readonly next: number
}

async function readFacts(dataSource: DataSource): Promise<Facts> {
  const [facts] = await dataSource.query<Facts[]>(`
    select (select count(*)::integer from extraction_telemetry_v2) as rows, (select max(id) from extraction_telemetry_v2) as highest,
           case when is_called then last_value + 1 else last_value end::integer as next
      from extraction_telemetry_v2_id_seq`)
  assert(facts)
  return facts
}

async function facts(dataSource: DataSource): Promise<string> {
  const { rows, highest, next } = await readFacts(dataSource)
  return `rows: ${String(rows)}, highest id: ${String(highest)}, next id: ${String(next)}`
}

function chapter(number: number, title: string): void {
  console.log(`\n${String(number)}. ${title}`)
}

function say(line: string): void {
  console.log(`   ${line}`)
}
