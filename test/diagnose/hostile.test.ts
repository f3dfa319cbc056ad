import { expect, it } from 'vitest'
import { resync } from '../support/cli'
import { useDatabase } from '../support/database'

const database = useDatabase()

it('prints hostile names so that they steer no terminal, and commands that a shell takes as they are', async () => {
  const table = `it's "$(id)"\n\u001b[31m\u202e`
  const quoted = `"${table.replaceAll('"', '""')}"`
  await database.query(
    `create table ${quoted} (id serial primary key); insert into ${quoted} values (7)`,
  )
  const { exitCode, out, err } = await resync(['diagnose', '--url', database.url])
  expect(exitCode).toBe(1)
  expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  expect(out).toContain(`it's "$(id)"\\n\\u001b[31m\\u202e.id  behind: next value 1`)
  expect(out).toContain(`--table 'public."it'\\''s ""$(id)""\\n\\u001b[31m\\u202e"'`)
})

it('says what would show the statements, where the extension is not installed', async () => {
  await database.query('create table plain (id serial primary key); insert into plain values (7)')
  const { err } = await resync(['diagnose', '--url', database.url, '--table', 'plain'])
  expect(err).toBe(
    `Cannot see which statements ran: pg_stat_statements is not installed in database "${database.name}". Set shared_preload_libraries = 'pg_stat_statements' and restart the server. Run: CREATE EXTENSION pg_stat_statements`,
  )
})
