import { describe, expect, it } from 'vitest'
import { compareSequences, raiseSequences } from 'typeorm-resync'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'

const source = useDatabase()
const target = useDatabase()

async function compared(...tables: string[]) {
  const [there, here] = [await source.connect(), await target.connect()]
  const { sequences } = await compareSequences(here, there, { tables })
  await Promise.all([there.end(), here.end()])
  return sequences
}

describe('a sequence of the same name', () => {
  it('is not taken for the one behind a column that a function feeds', async () => {
    await source.query(`create schema fed; create sequence fed.s_real; create sequence fed.users_id_seq;
      create function fed.next_id() returns bigint language sql as $$ select nextval('fed.s_real') $$;
      create table fed.users (id bigint default fed.next_id());
      insert into fed.users select from generate_series(1, 1000)`)
    await target.query(`create schema fed; create table fed.users (id bigserial)`)
    const reason = `Cannot tell which sequence feeds "fed"."users"."id": its default is fed.next_id(). So it is in the source. Nothing was changed.`
    expect(await compared('fed.users')).toMatchObject([
      { target: { name: 'users_id_seq' }, source: null, verdict: 'unknown', reason },
    ])
    const ran = await resync([
      'verify',
      '--table',
      'fed.users',
      '--against',
      source.url,
      '--url',
      target.url,
    ])
    expect(ran).toMatchObject({ exitCode: 1, err: reason })
    expect(ran.out).toContain('1 sequence: 0 ok, 0 behind, 1 unknown.')
    const [there, here] = [await source.connect(), await target.connect()]
    expect(await raiseSequences(here, there, { tables: ['fed.users'] })).toMatchObject({
      raised: [],
      refused: [{ reason }],
    })
    await Promise.all([there.end(), here.end()])
  })

  it("is not taken for an extension's own that feeds the column", async () => {
    await source.query(`create schema kept; create sequence kept.hidden; create sequence kept.t_id_seq;
      create table kept.t (id bigint default nextval('kept.hidden'));
      alter extension plpgsql add sequence kept.hidden`)
    await target.query('create schema kept; create table kept.t (id bigserial)')
    expect(await compared('kept.t')).toMatchObject([
      {
        source: null,
        verdict: 'unknown',
        reason: `Cannot tell where the sequence behind "kept"."t"."id" stands: "kept"."hidden" is an extension's own. So it is in the source. Nothing was changed.`,
      },
    ])
    await source.query('alter extension plpgsql drop sequence kept.hidden')
  })

  it('is, where nothing feeds the column of the source, or it has none', async () => {
    await source.query(`create schema code; create sequence code.t_id_seq; create sequence code.u_id_seq;
      create table code.t (id bigint); create table code.v (id bigint);
      create sequence code.v_id_seq owned by code.v.id; create sequence code.more owned by code.v.id;
      select setval('code.t_id_seq', 40), setval('code.u_id_seq', 50), setval('code.v_id_seq', 60)`)
    await target.query(
      'create schema code; create table code.t (id bigserial); create table code.u (id bigserial); create table code.v (id bigserial)',
    )
    expect(await compared('code.t', 'code.u', 'code.v')).toMatchObject([
      { source: { name: 't_id_seq' }, verdict: 'behind', gap: 40n },
      { source: { name: 'u_id_seq' }, verdict: 'behind', gap: 50n },
      { source: { name: 'v_id_seq' }, verdict: 'behind', gap: 60n },
    ])
  })
})
