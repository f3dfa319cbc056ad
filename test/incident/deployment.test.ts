import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm'
import { expect, it } from 'vitest'
import { repairSql } from '../../src/tools/sequences/repair-sql'
import { useDatabase } from '../support/database'

const database = useDatabase()

class Resync1795392000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(repairSql({ table: 'big', column: 'id' }))
    await runner.query(`set application_name = 'resynced'`)
  }

  async down(): Promise<void> {
    // Nothing to undo.
  }
}

class Slow1795392000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('select pg_sleep(3)')
  }

  async down(): Promise<void> {
    // Nothing to undo.
  }
}

/** Samples, while the second migration runs, how many writers wait for the migrations' session, and which locks that holds on the sequence. */
async function watch(client: Client, running: () => boolean) {
  let samples = 0
  let waiting = 0
  const locks = new Set<string>()
  while (running()) {
    const { rows } = await client.query<{ waiting: string; locks: string[] }>(
      `select (select count(*) from pg_stat_activity w where m.pid = any (pg_blocking_pids(w.pid))) as waiting,
              array(select mode from pg_locks where pid = m.pid and relation in ('big'::regclass, 'big_id_seq'::regclass)) as locks
         from pg_stat_activity m where m.application_name = 'resynced'`,
    )
    for (const row of rows) {
      samples += 1
      waiting += Number(row.waiting)
      for (const lock of row.locks) locks.add(lock)
    }
    await sleep(5)
  }
  return { samples, waiting, locks: [...locks] }
}

it('a resync of 50 million in mode all: nobody waits for it while the rest of the deployment runs', async () => {
  await database.query(
    'create table big (id bigserial primary key); insert into big values (50000000)',
  )
  const dataSource = new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: [Resync1795392000001, Slow1795392000002],
  })
  await dataSource.initialize()
  let done = false
  const writers = Array.from({ length: 4 }, async () => {
    const client = await database.connect()
    let after = 0
    while (!done) {
      const { rows } = await client.query<{ id: string }>(
        'insert into big default values returning id',
      )
      if (Number(rows[0]?.id) > 50_000_000) after += 1
    }
    return after
  })
  const watcher = watch(await database.connect(), () => !done)
  try {
    await dataSource.runMigrations({ transaction: 'all' })
  } finally {
    done = true
    await dataSource.destroy()
  }
  const { samples, waiting, locks } = await watcher
  const after = (await Promise.all(writers)).reduce((sum, rows) => sum + rows, 0)
  expect(samples).toBeGreaterThan(20)
  expect(waiting).toBe(0)
  // setval's own, which lasts to the end of the transaction and which nextval does not wait for.
  expect(locks).toEqual(['RowExclusiveLock'])
  expect(after).toBeGreaterThan(100)
})
