import { beforeAll, describe, expect, it } from 'vitest'
import { compareSequences, raiseSequences, UsageError } from 'typeorm-resync'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'

const source = useDatabase()
const maintenance = useDatabase()
const target = useDatabase()

beforeAll(async () => {
  await source.query('create table accounts (id serial primary key)')
  await maintenance.query('create table jobs (id serial primary key)')
  await target.query(`create table accounts (id serial primary key); create table added (id serial primary key);
    create table older (id serial primary key); create sequence drafts; insert into older values (5)`)
})

const verify = (by: string, ...args: string[]) =>
  resync(['verify', '--url', target.url, '--against', by, ...args])
const apply = (by: string, ...args: string[]) =>
  resync(['apply', '--url', target.url, '--from', by, ...args])

const refusal = (by: string, looked: number) =>
  `Cannot compare the sequences of database "${target.name}" (role "postgres") with those of the source, database "${by}" (role "postgres"): not one of the target's that were looked at (${String(looked)}) takes the place of one of the source's (1), by its column or by its name. Nothing was changed. Check that the source is the database that is moved away from, and that schemas, tables and sequences have the same names in both.`

describe('a source that nothing of the target corresponds to', () => {
  it('is refused, and not found ok', async () => {
    const err = refusal(maintenance.name, 4)
    const failed = { exitCode: 2, out: '', err }
    expect(await verify(maintenance.url)).toEqual(failed)
    expect(await apply(maintenance.url)).toEqual(failed)
    expect(await apply(maintenance.url, '--dry-run', '--format', 'json')).toEqual(failed)
    const [here, there] = [await target.connect(), await maintenance.connect()]
    await expect(compareSequences(here, there)).rejects.toThrow(new UsageError(err))
    await expect(raiseSequences(here, there)).rejects.toThrow(new UsageError(err))
    await Promise.all([here.end(), there.end()])
    expect(await target.query('select last_value, is_called from older_id_seq')).toEqual([
      { last_value: '1', is_called: false },
    ])
  })

  it('is refused, too, where what was selected is in the target alone', async () => {
    expect(await verify(source.url, '--table', 'added')).toEqual({
      exitCode: 2,
      out: '',
      err: refusal(source.name, 1),
    })
  })

  it('is none where it cannot be told what feeds the column', async () => {
    await maintenance.query(`create sequence real; create function next_id() returns int language sql as $$ select nextval('real')::int $$;
      create table accounts (id int default next_id())`)
    expect(await verify(maintenance.url, '--table', 'accounts')).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/\n1 sequence: 0 ok, 0 behind, 1 unknown\.$/) as string,
      err: expect.stringContaining('its default is next_id(). So it is in the source.') as string,
    })
    await maintenance.query('drop table accounts; drop function next_id; drop sequence real')
  })
})

describe('what is in the target alone', () => {
  it('is counted in the line that sums up', async () => {
    const verified = await verify(source.url)
    expect(verified).toMatchObject({ exitCode: 1 })
    expect(verified.out).toMatch(
      /\n4 sequences: 3 ok, 1 behind, 0 unknown\. 3 are in the target alone\.$/,
    )
    const one = await verify(source.url, '--table', 'accounts', 'added')
    expect(one).toMatchObject({ exitCode: 0 })
    expect(one.out).toMatch(
      /\n2 sequences: 2 ok, 0 behind, 0 unknown\. 1 is in the target alone\.$/,
    )
    const none = await verify(source.url, '--table', 'accounts')
    expect(none.out).toMatch(/\n1 sequence: 1 ok, 0 behind, 0 unknown\.$/)
    expect((await apply(source.url, '--dry-run')).out).toMatch(
      /\n2 to raise, 2 unchanged, 0 refused\. 3 are in the target alone\.$/,
    )
    const refused = await apply(source.url, '--max-gap', '1', '--headroom', '0')
    expect(refused.out).toMatch(/^0 raised, 3 unchanged, 1 refused\. 3 are in the target alone\.$/)
  })

  it('is counted in JSON', async () => {
    const summary = async (ran: ReturnType<typeof verify>) =>
      JSON.stringify((JSON.parse((await ran).out) as { summary: unknown }).summary)
    expect(await summary(verify(source.url, '--format', 'json'))).toBe(
      '{"total":4,"ok":3,"behind":1,"unknown":0,"alone":3}',
    )
    expect(await summary(apply(source.url, '--dry-run', '--format', 'json'))).toBe(
      '{"raised":2,"unchanged":2,"refused":0,"notBegun":0,"alone":3}',
    )
  })
})
