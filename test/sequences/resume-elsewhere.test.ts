import { join } from 'node:path'
import type { Client } from 'pg'
import { expect, it } from 'vitest'
import { resyncSequences } from '../../src/tools/sequences/resync'
import { useFolders } from '../support/folders'
import { useOwnServer } from '../support/own-server'

const [one, other] = [useOwnServer(), useOwnServer()]
const newFolder = useFolders()

/** Where the role may not read the cluster's number, nothing but their addresses and their start tells servers apart that were set up alike. */
async function setUp(client: Client): Promise<string> {
  await client.query(`revoke execute on function pg_control_system() from public;
    create role worker; grant create on schema public to worker; set role worker;
    create table a (id bigserial primary key); insert into a values (50);
    create table b (id bigserial primary key); insert into b values (5000)`)
  const { rows } = await client.query<{ oids: string }>(
    `select string_agg(seqrelid::text, ' ') || (select oid from pg_database where datname = current_database()) as oids from pg_sequence`,
  )
  return rows[0]?.oids ?? ''
}

it('a journal of one server settles nothing on another that was set up alike', async () => {
  const [first, second] = [await one.connect(), await other.connect()]
  expect(await setUp(first)).toBe(await setUp(second))
  const options = { resume: join(newFolder(), 'run.jsonl'), maxGap: 100n }
  // With a refusal the run is not at its end, and the journal stays.
  expect(await resyncSequences(first, options)).toMatchObject({
    repaired: [{ table: 'a' }],
    refused: [{ table: 'b' }],
  })
  expect(await resyncSequences(second, options)).toMatchObject({
    repaired: [{ table: 'a' }],
    refused: [{ table: 'b' }],
    settledBefore: 0,
  })
  expect(await resyncSequences(first, options)).toMatchObject({ settledBefore: 1 })
})
