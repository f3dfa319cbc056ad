import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { diagnoseSequences } from '../../src/tools/diagnose/diagnose'
import { useOwnServer } from '../support/own-server'

const publisher = useOwnServer({ wal_level: 'logical', fsync: 'off' })
const subscriber = useOwnServer({ wal_level: 'logical', fsync: 'off' })

it('names first: a subscription, also for a role that owns nothing', async () => {
  const from = await publisher.connect()
  const to = await subscriber.connect()
  await from.query(
    `create table t (id serial primary key); insert into t select from generate_series(1, 9)`,
  )
  await from.query('create publication p for table t')
  await to.query('create table t (id serial primary key)')
  const { hostname, port, password } = new URL(publisher.current().url)
  await to.query(
    `create subscription "s ""1""" connection 'host=${hostname} port=${port} user=postgres password=${password} dbname=postgres' publication p with (slot_name = 's1')`,
  )
  for (let tries = 0; tries < 1_000; tries += 1) {
    if ((await to.query('select from t')).rowCount === 9) break
    await sleep(10)
  }
  await to.query(
    'create role app; grant select on all tables in schema public to app; grant select on all sequences in schema public to app; set role app',
  )
  const { columns } = await diagnoseSequences(to)
  expect(columns[0]?.causes[0]).toMatchObject({
    kind: 'subscription',
    confidence: 'proven',
    evidence: [{ text: 'subscription "s ""1""" writes "public"."t"' }],
  })
  expect(JSON.stringify(columns[0]?.causes)).not.toContain(password)
  await to.query('reset role')
  await to.query('drop subscription "s ""1"""')
})
