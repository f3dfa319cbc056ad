import { describe, expect, it } from 'vitest'
import { sessionThrough } from '../../src/tools/db/session'
import { inTransaction } from '../../src/tools/db/transaction'
import { ConnectionError } from '../../src/tools/errors'
import { resync } from '../support/cli'
import { useOwnServer } from '../support/own-server'

const server = useOwnServer()

describe('an answer that does not come', () => {
  it('is waited for as long as the server may take, and then the connection counts as lost', async () => {
    const session = sessionThrough(() => new Promise(() => undefined))
    session.patience = 20
    const lost = new ConnectionError(
      'Lost the connection to the database: the server gave no answer within 0.02s. No sequence is lower than before. Run it again.',
    )
    await expect(session.query('select 1')).rejects.toEqual(lost)
    expect(session.isLost).toBe(true)
    await expect(session.query('select 1')).rejects.toEqual(lost)
  })

  it('is no concern of who asks outside a transaction of ours', async () => {
    const client = await server.connect()
    const session = sessionThrough(
      async (sql, values) => (await client.query<object>(sql, values)).rows,
    )
    await inTransaction(session, 'read only', { statementTimeout: '2s' }, () => {
      expect(session.patience).toBe(12_000)
      return Promise.resolve()
    })
    expect(session.patience).toBe(0)
  })

  it('ends apply where COMMIT waits for a standby that is gone, which no timeout of the server bounds', async () => {
    const client = await server.connect()
    await client.query('create table t (id bigserial primary key); insert into t values (50)')
    await client.query(`alter system set synchronous_standby_names = 'gone'`)
    await client.query('select pg_reload_conf()')
    const { exitCode, err } = await resync([
      'apply',
      '--url',
      server.current().url,
      '--statement-timeout',
      '500ms',
    ])
    await client.query('alter system reset synchronous_standby_names')
    await client.query('select pg_reload_conf()')
    expect(err).toBe(
      'Cannot repair sequence "public"."t_id_seq": lost the connection: the server gave no answer within 10.5s. The sequence is no lower than before. Run: typeorm-resync apply --url URL --table public.t',
    )
    expect(exitCode).toBe(1)
  })
})
