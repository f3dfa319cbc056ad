import { describe, expect, it } from 'vitest'
import { readSequenceColumns } from '../../src/tools/catalog/columns'
import { isResolved } from '../../src/tools/catalog/sequence-column'
import { statesSql } from '../../src/tools/catalog/state'
import { withSession } from '../../src/tools/db/session'
import { useDatabase } from '../support/database'

const database = useDatabase()

/** Runs `sql` 20,000 times in the server, beside two sessions that draw from `drawn_id_seq`, and counts how often its value went down. */
async function countStepsBack(sql: string): Promise<number> {
  const loop = `do $loop$
    declare value bigint; before bigint := 0; steps integer := 0;
    begin
      for turn in 1..20000 loop
        execute $read$${sql}$read$ into value;
        if value < before then steps := steps + 1; end if;
        before := value;
      end loop;
      perform set_config('test.steps', steps::text, false);
    end $loop$`
  let reading = true
  const draw = async () => {
    const client = await database.connect()
    while (reading)
      await client.query(`select max(nextval('drawn_id_seq')) from generate_series(1, 1000)`)
    await client.end()
  }
  const read = async () => {
    await database.query(loop)
    reading = false
  }
  await Promise.all([read(), draw(), draw()])
  const [row] = await database.query<{ steps: number }>(
    `select current_setting('test.steps')::integer as steps`,
  )
  return row?.steps ?? 0
}

describe('the state of a sequence', () => {
  it('is never read too high beside nextval, as a plain select of last_value is', async () => {
    await database.query('create table drawn (id bigserial)')
    const client = await database.connect()
    const columns = (await withSession(client, (session) => readSequenceColumns(session))).filter(
      isResolved,
    )
    await client.end()
    const state = `select "lastValues"[1]::bigint from (${statesSql(columns)}) states`
    expect(await countStepsBack(state)).toBe(0)
    let plain = 0
    for (let tries = 0; tries < 20 && plain === 0; tries += 1)
      plain = await countStepsBack('select last_value from drawn_id_seq')
    expect(plain).toBeGreaterThan(0)
  })
})
