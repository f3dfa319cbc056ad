import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { watchSequences } from 'typeorm-resync'
import { useDatabase } from '../support/database'

const database = useDatabase()

it('hundreds of checks leave no memory and no session behind', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await database.query('create table users (id serial primary key)')
  let checks = 0
  const now = () => {
    checks += 1
    return new Date()
  }
  const watch = await watchSequences(database.url, { interval: '1ms', port: 0, now })
  const heapAfter = async (count: number) => {
    while (checks < count) await sleep(5)
    collect()
    return process.memoryUsage().heapUsed
  }
  const early = await heapAfter(50)
  const late = await heapAfter(300)
  expect(late / early).toBeLessThan(1.04)
  await watch.stop()
  await sleep(100)
  const sessions = await database.query(
    `select from pg_stat_activity where application_name = 'typeorm-resync' and datname = current_database()`,
  )
  expect(sessions).toEqual([])
}, 120_000)
