import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'
import { useFolders } from '../support/folders'
import { HAS_PGBOUNCER, startPgbouncer, type Pooler } from '../support/pgbouncer'

const title = HAS_PGBOUNCER
  ? 'a cutover through PgBouncer'
  : 'a cutover through PgBouncer (skipped: pgbouncer is not installed; .ci/run brings it)'

describe.skipIf(!HAS_PGBOUNCER)(title, () => {
  const source = useDatabase()
  const target = useDatabase()
  const newFolder = useFolders()
  const poolers: Pooler[] = []

  beforeAll(async () => {
    for (const database of [source, target]) {
      await database.query('create table users (id serial primary key)')
      poolers.push(await startPgbouncer(database.url, newFolder(), 2))
    }
    await source.query('insert into users select from generate_series(1, 40)')
  })
  afterAll(async () => {
    for (const pooler of poolers) await pooler.stop()
  })

  const urls = () => poolers.map(({ url }) => url)

  it('raises past the source, and leaves no lock behind', async () => {
    const [from = '', to = ''] = urls()
    const ran = await resync(['apply', '--url', to, '--from', from, '--jobs', '8'])
    expect(ran).toMatchObject({ exitCode: 0, err: '' })
    expect(await target.nextId('users')).toBe(1041)
    const locks = `select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
    expect(await source.query(locks)).toEqual([])
    expect(await target.query(locks)).toEqual([])
  })

  it('refuses a source that is the target, through the pooler on one side or on both', async () => {
    const [, to = ''] = urls()
    for (const [url, from] of [
      [to, to],
      [to, target.url],
      [target.url, to],
    ] as const) {
      const ran = await resync(['apply', '--url', url, '--from', from])
      expect(ran).toMatchObject({ exitCode: 2, out: '' })
      expect(ran.err).toContain('is the same database of the same server. Nothing was changed.')
    }
  })
})
