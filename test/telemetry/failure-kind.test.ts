import { beforeAll, describe, expect, it } from 'vitest'
import { ConnectionError, StaleSequenceError } from '../../src/tools/errors'
import { failureKind, judgedKind, writeSqlstate } from '../../src/tools/telemetry/failure-kind'
import { loggableReason } from '../../src/tools/telemetry/failure-reason'
import { useDatabase } from '../support/database'

const database = useDatabase()

function withCode(code: string): Error {
  return Object.assign(new Error('failed'), { code })
}

describe('a failed write is', () => {
  it.each([
    [
      'connection',
      ['08000', '08006', '08P01', '57P01', '57P02', '57P03', '57P05', '25P03', '25P04'],
    ],
    ['connection', ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']],
    [
      'transient',
      ['40001', '40P01', '40003', '53100', '53200', '53300', '55P03', '57014', '25006', '58030'],
    ],
    [
      'row',
      ['22001', '22003', '22021', '22P02', '22007', '23502', '23503', '23505', '23514', '23P01'],
    ],
    ['row', ['21000', '09000', '27000', '44000', '54000', 'P0001', 'P0004', '38000']],
    [
      'setup',
      ['42P01', '42703', '42501', '3D000', '3F000', '28P01', '0A000', '54001', '2200H', 'XX000'],
    ],
    ['setup', ['55000', '26000', '25P02', 'ENOSPC', 'ERR_INVALID_ARG_TYPE']],
  ])('%s: %j', (kind, codes) => {
    expect(codes.map((code) => failureKind(withCode(code)))).toEqual(codes.map(() => kind))
  })

  it.each([
    ['connection', new Error('Connection terminated unexpectedly')],
    ['connection', new Error('Client has encountered a connection error and is not queryable')],
    ['connection', new Error('timeout exceeded when trying to connect')],
    ['connection', new Error('Driver not Connected')],
    [
      'connection',
      Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'connect' }),
    ],
    ['connection', new ConnectionError('lost', { cause: withCode('57P01') })],
    ['transient', new Error('Query read timeout')],
    ['row', new RangeError('Invalid string length')],
    ['own key', new StaleSequenceError('behind', { cause: withCode('23505') })],
    ['setup', new TypeError('x is not a function')],
    ['setup', undefined],
    ['setup', 'thrown text'],
  ])('%s: %s', (kind, error) => {
    expect(failureKind(error)).toBe(kind)
  })

  it('known by the code of the error underneath, where ours stands around it', () => {
    const error = new Error('outer', { cause: new Error('inner', { cause: withCode('42501') }) })
    expect(writeSqlstate(error)).toBe('42501')
    expect(writeSqlstate(withCode('EPIPE'))).toBeUndefined()
  })

  it("the generated key's own only where that is asked and affirmed", async () => {
    const yes = () => Promise.resolve(true)
    const no = () => Promise.resolve(false)
    const lost = () => Promise.reject(withCode('ECONNRESET'))
    expect(await judgedKind(withCode('23505'), yes)).toBe('own key')
    expect(await judgedKind(withCode('22003'), yes)).toBe('own key')
    expect(await judgedKind(withCode('23505'), no)).toBe('row')
    expect(await judgedKind(withCode('23505'), lost)).toBe('connection')
    expect(await judgedKind(withCode('23514'), yes)).toBe('row')
    expect(await judgedKind(withCode('42P01'), yes)).toBe('setup')
  })
})

describe('what PostgreSQL itself answers', () => {
  beforeAll(async () => {
    await database.query(`
      create table t (id smallint primary key check (id <> 3), v varchar(3), big text);
      create index on t (big);
      create sequence spent maxvalue 2; select setval('spent', 2);
      create view positive as select id from t where id > 0 with check option;
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'secret %', new.id; end $$;
      create table guarded (id int); create trigger guard before insert on guarded for each row execute function refuse()`)
  })

  it.each([
    [`insert into t values ('secret')`, 'row', 'SQLSTATE 22P02'],
    [`insert into t values (99999)`, 'row', 'SQLSTATE 22003'],
    [`insert into t values (1, 'secret')`, 'row', 'SQLSTATE 22001'],
    [`insert into t values (3)`, 'row', 'SQLSTATE 23514 of constraint "t_id_check"'],
    [`insert into t values (null)`, 'row', 'SQLSTATE 23502 of column "id"'],
    [
      `insert into t select 5, 'a', string_agg(md5(n::text), '') from generate_series(1, 9000) n`,
      'row',
      'SQLSTATE 54000',
    ],
    [`insert into positive values (-1)`, 'row', 'SQLSTATE 44000'],
    [`insert into guarded values (1)`, 'row', 'SQLSTATE P0001'],
    [
      `insert into t values (nextval('spent'))`,
      'setup',
      'nextval: reached maximum value of sequence "spent" (2) (2200H)',
    ],
    [`insert into nowhere values (1)`, 'setup', 'relation "nowhere" does not exist (42P01)'],
    [
      `insert into t (nothing) values (1)`,
      'setup',
      'column "nothing" of relation "t" does not exist (42703)',
    ],
    [
      `set statement_timeout = 1; select pg_sleep(1)`,
      'transient',
      'canceling statement due to statement timeout (57014)',
    ],
    [
      `set transaction read only; insert into t values (1)`,
      'transient',
      'cannot execute INSERT in a read-only transaction (25006)',
    ],
  ])('%s', async (sql, kind, reason) => {
    const client = await database.connect()
    const error: unknown = await client.query(sql).catch((thrown: unknown) => thrown)
    expect(failureKind(error)).toBe(kind)
    expect(loggableReason(error).startsWith(reason)).toBe(true)
    expect(loggableReason(error)).not.toContain('secret')
  })
})
