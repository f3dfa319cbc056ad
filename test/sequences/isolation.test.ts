import { describe, expect, it } from 'vitest'
import { repairSql } from '../../src/tools/sequences/repair-sql'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { verifySequences } from '../../src/tools/sequences/verify'
import { useOwnServer } from '../support/own-server'

// Transaction numbers are the whole server's: another file's commit would make every snapshot here an old one.
const server = useOwnServer()

describe.each(['repeatable read', 'serializable'])('in a transaction that is %s', (isolation) => {
  const begin = `begin isolation level ${isolation}; select 1`

  it('repairs while nobody else has committed since it began, then raises rather than trust it', async () => {
    const [own, other] = [await server.connect(), await server.connect()]
    await other.query(
      'drop table if exists t; create table t (id serial); insert into t values (9)',
    )
    const repair = repairSql({ table: 't', column: 'id' })
    await own.query(begin)
    await own.query(repair)
    const { rows } = await own.query('insert into t default values returning id')
    expect(rows).toEqual([{ id: 10 }])
    await own.query(`savepoint s; insert into t values (20); release savepoint s`)
    await own.query(repair)
    await other.query('begin; insert into t values (60); rollback')
    await own.query(repair)
    await other.query('insert into t values (50)')
    await expect(own.query(repair)).rejects.toThrow(
      `Cannot trust the values in public.t.id: others have committed since this ${isolation} transaction began, and it does not see their rows.`,
    )
    await own.query('rollback')
    expect((await other.query('select last_value from t_id_seq')).rows).toEqual([
      { last_value: '20' },
    ])
  })

  it('raises also for a transaction that was running when it began', async () => {
    const [own, other] = [await server.connect(), await server.connect()]
    await own.query('drop table if exists t; create table t (id serial)')
    await other.query('begin; insert into t values (50)')
    // A later number that has ended: the snapshot now lists the other one among those that it saw running.
    await own.query('create table if not exists later ()')
    await own.query(begin)
    const repair = repairSql({ table: 't', column: 'id' })
    await own.query(repair)
    await other.query('commit')
    await expect(own.query(repair)).rejects.toThrow('others have committed since')
    await own.query('rollback')
  })

  it('verifies, and repairs through the library, until others have committed', async () => {
    const [own, other] = [await server.connect(), await server.connect()]
    await other.query(
      'drop table if exists t; create table t (id serial); insert into t values (7)',
    )
    await own.query(begin)
    expect(await resyncSequences(own)).toMatchObject({
      repaired: [{ before: 1n, after: 8n, method: 'burn' }],
    })
    expect(await verifySequences(own)).toMatchObject({ columns: [{ verdict: 'ok' }] })
    await other.query('insert into t values (30)')
    await expect(verifySequences(own)).rejects.toThrow(
      `Cannot compare sequences here: others have committed since this ${isolation} transaction began, and it does not see their rows. Call it outside the transaction, or in read committed.`,
    )
    expect((await own.query('select 1 as alive')).rows).toEqual([{ alive: 1 }])
    await own.query('commit')
  })
})

it('verifies and repairs in a transaction of its own whatever the default isolation is', async () => {
  const [own, other] = [await server.connect(), await server.connect()]
  await other.query('drop table if exists t; create table t (id serial); insert into t values (7)')
  await own.query(`set default_transaction_isolation = 'repeatable read'`)
  expect(await resyncSequences(own)).toMatchObject({ repaired: [{ after: 8n }], refused: [] })
})
